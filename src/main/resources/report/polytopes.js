// Draws every element of class "polytopes" with WebGL: feature vectors as points with a line from
// the origin, interference as edges, hulls as glass. All views share one context, since a browser
// grants a page only a few; each copies the picture into a canvas of its own.
"use strict";
(() => {
  const LIVE = 0.3;            // norm from which a feature counts as represented
  const INTERFERES = 0.2;      // |cosine| from which a pair is joined by an edge
  const MOST_EDGES = 3000;
  const MOST_IN_HULL = 24;
  const LEVELS = 16;
  const REACH = 14;            // pixels within which the pointer finds a point

  const VERTEX = `
    attribute vec2 place; attribute vec4 colour; attribute vec3 shape;
    varying vec4 paint; varying vec3 form;
    void main() { gl_Position = vec4(place, 0.0, 1.0); paint = colour; form = shape; }`;
  // form.z tells the kind: 0 a face, 1 a line with form.y across it, 2 the same dashed along
  // form.x in pixels, 3 a ball with form.xy from its centre.
  const FRAGMENT = `
    precision mediump float;
    varying vec4 paint; varying vec3 form;
    void main() {
      float alpha = paint.a; vec3 c = paint.rgb;
      if (form.z > 2.5) {
        float r = length(form.xy);
        alpha *= 1.0 - smoothstep(0.86, 1.0, r);
        float light = dot(vec3(form.xy, sqrt(max(0.0, 1.0 - r * r))), vec3(-0.35, 0.5, 0.79));
        c *= 0.82 + 0.24 * light;
      } else if (form.z > 0.5) {
        alpha *= 1.0 - smoothstep(0.55, 1.0, abs(form.y));
        if (form.z > 1.5 && mod(form.x, 9.0) > 5.0) alpha = 0.0;
      }
      gl_FragColor = vec4(c * alpha, alpha);
    }`;

  /** The shared context: draws a list of triangles, (x, y, r, g, b, a, u, v, kind) a vertex. */
  const painter = (() => {
    const canvas = document.createElement("canvas");
    const gl = canvas.getContext("webgl", { antialias: true, preserveDrawingBuffer: true });
    if (!gl) return null;
    const program = gl.createProgram();
    for (const [kind, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
      const shader = gl.createShader(kind);
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS)) return null;
    gl.useProgram(program);
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    [["place", 2, 0], ["colour", 4, 8], ["shape", 3, 24]].forEach(([name, size, offset]) => {
      const at = gl.getAttribLocation(program, name);
      gl.enableVertexAttribArray(at);
      gl.vertexAttribPointer(at, size, gl.FLOAT, false, 36, offset);
    });
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    return (vertices, width, height) => {
      if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
      gl.viewport(0, 0, width, height);
      gl.clearColor(0, 0, 0, 0);
      gl.clear(gl.COLOR_BUFFER_BIT);
      gl.bufferData(gl.ARRAY_BUFFER, new Float32Array(vertices), gl.DYNAMIC_DRAW);
      gl.drawArrays(gl.TRIANGLES, 0, vertices.length / 9);
      return canvas;
    };
  })();

  const dot = (a, b) => a.reduce((sum, v, k) => sum + v * b[k], 0);
  const rgb = (role) => page.colour(role).match(/[\d.]+/g).slice(0, 3).map((v) => v / 255);
  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  /** A model's vectors at each kept step: frames[k][i] is W_i in hidden space. */
  function unpack(model, hidden) {
    const bytes = Uint8Array.from(atob(model.weights), (c) => c.charCodeAt(0));
    const view = new DataView(bytes.buffer);
    const n = model.importance.length;
    const weight = (i) => (view.getInt16(2 * i, true) / 32767) * model.largest;
    return model.steps.map((_, k) => Array.from({ length: n }, (_, i) =>
      Array.from({ length: hidden }, (_, h) => weight((k * n + i) * hidden + h))));
  }

  /** Faces of the convex hull of points in space, as triples; coplanar faces may overlap. */
  function hull(points) {
    const faces = [], n = points.length;
    for (let a = 0; a < n; a++) for (let b = a + 1; b < n; b++) for (let c = b + 1; c < n; c++) {
      const [u, v] = [b, c].map((i) => points[i].map((x, k) => x - points[a][k]));
      const normal = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
      const sides = points.map((p) => dot(normal, p.map((x, k) => x - points[a][k])));
      if (Math.hypot(...normal) > 1e-3 && (sides.every((s) => s < 1e-3) || sides.every((s) => s > -1e-3)) &&
          sides.some((s) => Math.abs(s) > 1e-2)) faces.push([a, b, c]);
    }
    return faces;
  }

  function start(root) {
    const figure = page.data(root);
    if (!painter) {
      root.append(make("p", { className: "missing", textContent:
        "The turnable view needs WebGL, which this browser does not offer here. Everything else on this page is complete." }));
      return;
    }
    const flat = figure.hidden === 2;
    const canvas = make("canvas", { tabIndex: 0 });
    canvas.setAttribute("role", "img");
    const picker = make("select", {}, ...figure.models.map((m, k) => make("option", { value: k, textContent: m.label })));
    const slider = make("input", { type: "range", min: 0, step: 1 });
    const step = make("output", {});
    const play = make("button", { type: "button", textContent: "Play" });
    const edges = make("input", { type: "checkbox", checked: true });
    const home = make("button", { type: "button", textContent: "Reset view" });
    const controls = make("div", { className: "controls" });
    if (figure.models.length > 1) controls.append(make("label", {}, "model ", picker));
    const timeline = make("label", { className: "history" }, "training ", slider, step);
    controls.append(timeline, play, make("label", {}, edges, "interference"), home);
    const legend = make("p", { className: "legend", textContent:
      "Interference between a pair: solid where it is positive and hurts, dashed where it is negative and the ReLU absorbs it." });
    root.append(canvas, controls, legend);

    let model, frames, yaw, pitch, zoom, screen = [], over = -1, playing = 0;
    const vectors = () => frames[slider.value];
    const pairs = (list) => {
      const norms = list.map((v) => Math.hypot(...v)), found = [];
      list.forEach((v, i) => {
        for (let j = i + 1; j < list.length && norms[i] > LIVE; j++) {
          const cosine = norms[j] > LIVE ? dot(v, list[j]) / norms[i] / norms[j] : 0;
          if (Math.abs(cosine) > INTERFERES) found.push({ i, j, cosine });
        }
      });
      return found.sort((a, b) => Math.abs(b.cosine) - Math.abs(a.cosine)).slice(0, MOST_EDGES);
    };

    function choose() {
      model = figure.models[picker.value || 0];
      frames = unpack(model, figure.hidden);
      slider.max = frames.length - 1;
      slider.value = frames.length - 1;
      timeline.hidden = play.hidden = frames.length < 2;
      over = -1;
      draw();
    }
    function reset() { [yaw, pitch, zoom] = flat ? [0, 0, 1] : [0.6, 0.42, 1]; draw(); }

    /** The point in space of a vector of hidden space. */
    const inSpace = (v) => flat ? [v[0], v[1], 0]
      : figure.hidden === 3 ? v : [0, 1, 2].map((k) => dot(v, model.axes.slice(k * v.length, (k + 1) * v.length)));

    function draw() {
      if (!model || !canvas.clientWidth) return;
      const ratio = devicePixelRatio || 1;
      const [width, height] = [canvas.clientWidth, canvas.clientHeight].map((v) => Math.round(v * ratio));
      const points = vectors().map(inSpace);
      const extent = Math.max(1.15, ...frames.at(-1).map((v) => Math.hypot(...inSpace(v))));
      const scale = (0.42 * Math.min(width, height) * zoom) / extent;
      const [cy, sy, cp, sp] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch)];
      /** Pixels right and down from the middle, and depth towards the eye. */
      const project = ([x, y, z]) => {
        const across = cy * x + sy * z, back = -sy * x + cy * z;
        const up = cp * y - sp * back, depth = sp * y + cp * back;
        const near = flat ? 1 : 1 / (1 - 0.12 * depth / extent);
        return [across * scale * near, -up * scale * near, depth / extent];
      };
      const roles = Object.fromEntries(["ink", "faint", "rule", "paper", "c0", "c1"].map((r) => [r, rgb(r)]));
      const shapes = [];
      const fade = (depth) => (flat ? 1 : 0.62 + 0.38 * Math.max(-1, Math.min(1, depth)));
      const corner = (x, y, colour, alpha, u, v, kind) => [2 * x / width, -2 * y / height, ...colour, alpha, u, v, kind];
      const quad = (a, b, c, d) => [a, b, c, b, d, c].flat();
      const line = (from, to, colour, alpha, thick, kind = 1, lift = 0) => {
        const [[x1, y1, z1], [x2, y2, z2]] = [project(from), project(to)];
        const length = Math.hypot(x2 - x1, y2 - y1) || 1, half = (thick * ratio) / 2 + 0.5;
        const [nx, ny] = [(-(y2 - y1) / length) * half, ((x2 - x1) / length) * half];
        const shade = alpha * fade((z1 + z2) / 2), run = length / ratio;
        shapes.push({ depth: (z1 + z2) / 2 + lift, vertices: quad(
          corner(x1 + nx, y1 + ny, colour, shade, 0, 1, kind), corner(x1 - nx, y1 - ny, colour, shade, 0, -1, kind),
          corner(x2 + nx, y2 + ny, colour, shade, run, 1, kind), corner(x2 - nx, y2 - ny, colour, shade, run, -1, kind)) });
      };

      const circles = flat ? [[0, 1]] : [[0, 1], [0, 2], [1, 2]];
      for (const [a, b] of circles) for (let k = 0; k < 72; k++) {
        const at = (t) => { const p = [0, 0, 0]; p[a] = Math.cos(t); p[b] = Math.sin(t); return p; };
        if (!flat || k % 2) line(at((k * Math.PI) / 36), at(((k + 1) * Math.PI) / 36), roles.faint, flat ? 0.8 : 0.35, 1, 1, -0.01);
      }
      for (let k = 0; k < (flat ? 2 : 3); k++) for (const end of [-1.15, 1.15]) {
        const p = [0, 0, 0]; p[k] = end;
        line([0, 0, 0], p, roles.rule, 1, 1, 1, -0.02);
      }
      const live = points.filter((p, i) => Math.hypot(...vectors()[i]) > LIVE);
      if (figure.hidden === 3 && live.length <= MOST_IN_HULL) for (const face of hull(live)) {
        const at = face.map((i) => project(live[i]));
        shapes.push({ depth: (at[0][2] + at[1][2] + at[2][2]) / 3,
          vertices: at.flatMap(([x, y]) => corner(x, y, roles.c0, 0.07, 0, 0, 0)) });
      }
      if (edges.checked) for (const { i, j, cosine } of pairs(vectors())) {
        if (over >= 0 && i !== over && j !== over) continue;
        line(points[i], points[j], cosine > 0 ? roles.c1 : roles.c0, Math.min(0.9, 0.25 + Math.abs(cosine) * 0.6),
          1 + 1.4 * Math.abs(cosine), cosine > 0 ? 1 : 2);
      }
      const [least, most] = [Math.min(...model.importance), Math.max(...model.importance)];
      points.forEach((p, i) => {
        const level = most > least ? (model.importance[i] - least) / (most - least) : 0.5;
        const colour = rgb(`v${Math.round(level * (LEVELS - 1))}`);
        line([0, 0, 0], p, colour, 1, 2.4);
        const [x, y, z] = project(p), r = (i === over ? 9 : 6.5) * ratio * (flat ? 1 : 1 + 0.18 * z);
        const disc = (radius, c, lift) => shapes.push({ depth: z + lift, vertices: quad(...[[-1, 1], [-1, -1], [1, 1], [1, -1]].map(
          ([u, v]) => corner(x + u * radius, y - v * radius, c, 1, u, v, 3))) });
        disc(r + 1.5 * ratio, roles.paper, 0.02);
        disc(r, colour, 0.021);
        screen[i] = [(x + width / 2) / ratio, (y + height / 2) / ratio, z];
      });
      screen.length = points.length;
      shapes.sort((a, b) => a.depth - b.depth);

      [canvas.width, canvas.height] = [width, height];
      const brush = canvas.getContext("2d");
      brush.drawImage(painter(shapes.flatMap((s) => s.vertices), width, height), 0, 0);
      brush.scale(ratio, ratio);
      brush.font = "11px system-ui, sans-serif";
      brush.fillStyle = page.colour("soft");
      if (points.length <= 20) screen.forEach(([x, y], i) => {
        const [dx, dy] = [x - width / ratio / 2, y - height / ratio / 2], far = Math.hypot(dx, dy) || 1;
        if (far > 16) brush.fillText(i, x + (dx / far) * 17 - 3, y + (dy / far) * 17 + 4);
      });
      step.textContent = `step ${model.steps[slider.value]}`;
      canvas.setAttribute("aria-label", `${root.dataset.label}: ${model.label}, ${step.textContent}, ${live.length} of ${points.length} features represented. Arrow keys turn it.`);
    }

    function describe(i) {
      const v = vectors()[i], near = pairs(vectors()).filter((p) => p.i === i || p.j === i).slice(0, 3);
      return [`feature ${i}`, `norm ${Math.hypot(...v).toFixed(3)}`, `importance ${Number(model.importance[i].toPrecision(3))}`,
        ...near.map((p) => `cosine with ${p.i === i ? p.j : p.i}: ${p.cosine.toFixed(2)}`)].join("\n");
    }
    function hover(event) {
      const box = canvas.getBoundingClientRect();
      const [x, y] = [event.clientX - box.left, event.clientY - box.top];
      let found = -1, best = REACH;
      screen.forEach((p, i) => { const d = Math.hypot(p[0] - x, p[1] - y) - p[2]; if (d < best) [best, found] = [d, i]; });
      if (found >= 0) page.show(describe(found), event.clientX, event.clientY); else page.hide();
      if (found !== over) { over = found; draw(); }
    }
    const turn = (right, up) => { yaw += right; pitch = Math.max(-1.57, Math.min(1.57, pitch + up)); draw(); };

    canvas.addEventListener("pointerdown", (e) => canvas.setPointerCapture(e.pointerId));
    canvas.addEventListener("pointermove", (e) => e.buttons ? turn(e.movementX * 0.009, e.movementY * 0.009) : hover(e));
    canvas.addEventListener("pointerleave", () => { page.hide(); over = -1; draw(); });
    canvas.addEventListener("dblclick", reset);
    canvas.addEventListener("wheel", (e) => {
      if (!e.ctrlKey && document.activeElement !== canvas) return; // the page itself must scroll
      e.preventDefault();
      zoom = Math.max(0.3, Math.min(5, zoom * Math.exp(-e.deltaY * 0.001)));
      draw();
    }, { passive: false });
    canvas.addEventListener("keydown", (e) => {
      const by = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1] }[e.key];
      if (by) { turn(...by); e.preventDefault(); }
    });
    picker.addEventListener("change", choose);
    slider.addEventListener("input", draw);
    edges.addEventListener("change", draw);
    home.addEventListener("click", reset);
    play.addEventListener("click", () => {
      clearInterval(playing);
      if (play.textContent === "Pause") { play.textContent = "Play"; return; }
      play.textContent = "Pause";
      if (slider.value === slider.max) slider.value = 0;
      playing = setInterval(() => {
        slider.value = Number(slider.value) + 1;
        draw();
        if (slider.value === slider.max) { clearInterval(playing); play.textContent = "Play"; }
      }, 60);
    });
    page.onTheme(draw);
    new ResizeObserver(draw).observe(canvas);
    reset();
    choose();
  }

  page.whenNear(document.querySelectorAll(".polytopes"), start);
})();
