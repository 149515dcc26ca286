// Fills every element of class "polytopes" with a turnable view of feature vectors: points with a
// line from the origin, interference as edges, hulls as glass. A view asks for WebGL when it is
// first turned and gives it back when it leaves the window, since a browser grants a page few.
"use strict";
(() => {
  const LIVE = 0.3;            // norm from which a feature counts as represented
  const INTERFERES = 0.2;      // |cosine| from which a pair is joined by an edge
  const MOST_EDGES = 3000;
  const MOST_IN_HULL = 24;
  const MOST_LABELS = 20;
  const LEVELS = 16;
  const REACH = 14;            // pixels within which the pointer finds a point

  const dot = (a, b) => a.reduce((sum, v, k) => sum + v * b[k], 0);
  const norm = (v) => Math.hypot(...v);
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

  /** Faces of the convex hull of points in space, as triples; those of one plane may overlap. */
  function hull(points) {
    const faces = [], n = points.length;
    for (let a = 0; a < n; a++) for (let b = a + 1; b < n; b++) for (let c = b + 1; c < n; c++) {
      const [u, v] = [b, c].map((i) => points[i].map((x, k) => x - points[a][k]));
      const normal = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
      const sides = points.map((p) => dot(normal, p) - dot(normal, points[a]));
      const outside = Math.max(...sides) < 1e-3 || Math.min(...sides) > -1e-3;
      if (outside && sides.some((s) => Math.abs(s) > 1e-2)) faces.push([a, b, c]);
    }
    return faces;
  }

  /** A function that remembers what it found for each array of vectors: turning changes none. */
  const remembering = (find) => {
    const known = new WeakMap();
    return (key) => known.get(key) ?? known.set(key, find(key)).get(key);
  };

  /** Pairs of represented features that interfere, the strongest first. */
  const pairs = remembering((vectors) => {
    const norms = vectors.map(norm), found = [];
    vectors.forEach((v, i) => {
      for (let j = i + 1; j < vectors.length && norms[i] > LIVE; j++) {
        const cosine = norms[j] > LIVE ? dot(v, vectors[j]) / norms[i] / norms[j] : 0;
        if (Math.abs(cosine) > INTERFERES) found.push({ i, j, cosine });
      }
    });
    return found.sort((a, b) => Math.abs(b.cosine) - Math.abs(a.cosine)).slice(0, MOST_EDGES);
  });

  function start(root) {
    const figure = page.data(root), flat = figure.hidden === 2;
    const labels = make("canvas", {});
    const stage = make("div", { className: "stage", tabIndex: 0 }, labels);
    stage.setAttribute("role", "img");
    const picker = make("select", {}, ...figure.models.map((m, k) => make("option", { value: k, textContent: m.label })));
    const slider = make("input", { type: "range", min: 0, step: 1 });
    const step = make("output", {});
    const play = make("button", { type: "button", textContent: "Play" });
    const edges = make("input", { type: "checkbox", checked: true });
    const home = make("button", { type: "button", textContent: "Reset view" });
    const timeline = make("label", { className: "history" }, "training ", slider, step);
    const controls = make("div", { className: "controls" });
    if (figure.models.length > 1) controls.append(make("label", {}, "model ", picker));
    controls.append(timeline, play, make("label", {}, edges, "interference"), home);
    root.append(stage, controls, make("p", { className: "legend", textContent:
      "Interference between a pair: solid where it is positive and hurts, dashed where it is negative and the ReLU absorbs it." }));

    let canvas, painter, model, frames, yaw, pitch, zoom, screen = [], over = -1, playing = 0, turning = false;
    const vectors = () => frames[slider.value];

    function choose() {
      model = figure.models[picker.value];
      frames = unpack(model, figure.hidden);
      slider.max = frames.length - 1; // before the value, which it bounds
      slider.value = slider.max;
      timeline.hidden = play.hidden = frames.length < 2;
      over = -1;
      draw();
    }
    function reset() { [yaw, pitch, zoom] = flat ? [0, 0, 1] : [0.6, 0.42, 1]; draw(); }

    /** The point in space of a vector of hidden space. */
    const inSpace = (v) => flat ? [...v, 0] : figure.hidden === 3 ? v
      : [0, 1, 2].map((k) => dot(v, model.axes.slice(k * v.length, (k + 1) * v.length)));

    /** What to draw, farthest first; leaves each feature's place in CSS pixels in screen. */
    function shapes(width, height, ratio) {
      const points = vectors().map(inSpace), list = [];
      const extent = Math.max(1.15, ...frames.at(-1).map((v) => norm(inSpace(v))));
      const scale = (0.42 * Math.min(width, height) * zoom) / extent;
      const [cy, sy, cp, sp] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch)];
      const project = ([x, y, z]) => {
        const across = cy * x + sy * z, back = cy * z - sy * x;
        const up = cp * y - sp * back, depth = (sp * y + cp * back) / extent;
        const near = flat ? scale : scale / (1 - 0.12 * depth);
        return [across * near, -up * near, depth];
      };
      const fade = (depth) => (flat ? 1 : 0.62 + 0.38 * Math.max(-1, Math.min(1, depth)));
      const line = (from, to, role, alpha, width, dashed = false, lift = 0) => {
        const [[x1, y1, z1], [x2, y2, z2]] = [project(from), project(to)], depth = (z1 + z2) / 2;
        list.push({ line: [x1, y1, x2, y2], colour: rgb(role), alpha: alpha * fade(depth),
          width: width * ratio, dashed, depth: depth + lift });
      };
      const unit = (a, b, t) => { const p = [0, 0, 0]; p[a] = Math.cos(t); p[b] = Math.sin(t); return p; };
      for (const [a, b] of flat ? [[0, 1]] : [[0, 1], [0, 2], [1, 2]]) {
        for (let k = 0; k < 72; k++) line(unit(a, b, k * Math.PI / 36), unit(a, b, (k + 1) * Math.PI / 36), "faint", 0.5, 1, false, -0.01);
      }
      [[1.15, 0, 0], [0, 1.15, 0], [0, 0, 1.15]].slice(0, flat ? 2 : 3).forEach((p) =>
        [p, p.map((v) => -v)].forEach((end) => line([0, 0, 0], end, "rule", 1, 1, false, -0.02)));
      const live = points.filter((_, i) => norm(vectors()[i]) > LIVE);
      if (figure.hidden === 3 && live.length <= MOST_IN_HULL) for (const face of hull(live)) {
        const at = face.map((i) => project(live[i]));
        list.push({ face: at.flatMap((p) => p.slice(0, 2)), colour: rgb("c0"), alpha: 0.07, depth: (at[0][2] + at[1][2] + at[2][2]) / 3 });
      }
      if (edges.checked) for (const { i, j, cosine } of pairs(vectors())) {
        const size = Math.abs(cosine), hurts = cosine > 0;
        if (over < 0 || i === over || j === over) line(points[i], points[j], hurts ? "c1" : "c0", 0.25 + 0.6 * size, 1 + 1.4 * size, !hurts);
      }
      const [least, most] = [Math.min(...model.importance), Math.max(...model.importance)];
      points.forEach((p, i) => {
        const level = most > least ? (model.importance[i] - least) / (most - least) : 0.5;
        const role = `v${Math.round(level * (LEVELS - 1))}`;
        line([0, 0, 0], p, role, 1, 2.4);
        const [x, y, depth] = project(p), r = (i === over ? 9 : 6.5) * (flat ? 1 : 1 + 0.18 * depth);
        [["paper", r + 1.5, 0.02], [role, r, 0.021]].forEach(([c, size, lift]) =>
          list.push({ ball: [x, y, size * ratio], colour: rgb(c), alpha: 1, depth: depth + lift }));
        screen[i] = [(x + width / 2) / ratio, (y + height / 2) / ratio, depth];
      });
      screen.length = points.length;
      return list.sort((a, b) => a.depth - b.depth);
    }

    function draw() {
      if (!model || !painter || !stage.clientWidth) return;
      const ratio = devicePixelRatio || 1;
      const [width, height] = [stage.clientWidth, stage.clientHeight].map((v) => Math.round(v * ratio));
      for (const c of [canvas, labels]) if (c.width !== width || c.height !== height) [c.width, c.height] = [width, height];
      painter.paint(shapes(width, height, ratio), ratio);
      const brush = labels.getContext("2d");
      brush.setTransform(ratio, 0, 0, ratio, 0, 0);
      brush.clearRect(0, 0, width, height);
      [brush.font, brush.fillStyle, brush.textAlign] = ["11px system-ui, sans-serif", page.colour("soft"), "center"];
      if (screen.length <= MOST_LABELS) screen.forEach(([x, y], i) => {
        const [dx, dy] = [x - width / ratio / 2, y - height / ratio / 2], far = Math.hypot(dx, dy);
        if (far > 16) brush.fillText(i, x + (dx / far) * 17, y + (dy / far) * 17 + 4);
      });
      step.textContent = `step ${model.steps[slider.value]}`;
      const live = vectors().filter((v) => norm(v) > LIVE).length;
      stage.setAttribute("aria-label", `${root.dataset.label}: ${model.label}, ${step.textContent}, ${live} of ${screen.length} features represented. The arrow keys turn it.`);
    }

    function describe(i) {
      const near = pairs(vectors()).filter((p) => p.i === i || p.j === i).slice(0, 3);
      return [`feature ${i}`, `norm ${norm(vectors()[i]).toFixed(3)}`, `${figure.colouredBy} ${Number(model.importance[i].toPrecision(3))}`,
        ...near.map((p) => `cosine with ${p.i === i ? p.j : p.i}: ${p.cosine.toFixed(2)}`)].join("\n");
    }
    function hover(event) {
      const box = stage.getBoundingClientRect();
      let found = -1, best = REACH;
      screen.forEach(([x, y, depth], i) => {
        const away = Math.hypot(event.clientX - box.left - x, event.clientY - box.top - y) - depth;
        if (away < best) [best, found] = [away, i];
      });
      if (found >= 0) page.show(describe(found), event.clientX, event.clientY); else page.hide();
      if (found !== over) { over = found; draw(); }
    }
    const turn = (right, up) => {
      if (!turning) paintWith("webgl");
      yaw += right; pitch = Math.max(-1.57, Math.min(1.57, pitch + up));
      draw();
    };
    const on = (element, events) => Object.entries(events).forEach(([name, act]) => element.addEventListener(name, act, { passive: false }));
    on(stage, {
      pointerdown: (e) => stage.setPointerCapture(e.pointerId),
      pointermove: (e) => e.buttons ? turn(e.movementX * 0.009, e.movementY * 0.009) : hover(e),
      pointerleave: () => { page.hide(); over = -1; draw(); },
      dblclick: reset,
      wheel: (e) => {
        if (!e.ctrlKey && document.activeElement !== stage) return; // the page itself must scroll
        e.preventDefault();
        zoom = Math.max(0.3, Math.min(5, zoom * Math.exp(-e.deltaY * 0.001)));
        draw();
      },
      keydown: (e) => {
        const by = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1] }[e.key];
        if (by) { turn(...by); e.preventDefault(); }
      },
    });
    function stop() { clearInterval(playing); playing = 0; play.textContent = "Play"; }
    on(picker, { change: choose });
    on(slider, { input: draw });
    on(edges, { change: draw });
    on(home, { click: reset });
    on(play, { click: () => {
      if (playing) { stop(); return; }
      play.textContent = "Pause";
      if (slider.value === slider.max) slider.value = 0;
      playing = setInterval(() => { slider.value++; draw(); if (slider.value === slider.max) stop(); }, 60);
    } });

    function paintWith(kind) {
      const fresh = make("canvas", {}), able = painters[kind](fresh);
      if (!able) return;
      painter?.end();
      canvas?.remove();
      [canvas, painter, turning] = [fresh, able, kind === "webgl"];
      stage.prepend(canvas);
      draw();
    }
    new IntersectionObserver((seen) => { if (turning && !seen.at(-1).isIntersecting) paintWith("plain"); }).observe(stage);
    page.onTheme(draw);
    new ResizeObserver(draw).observe(stage);
    reset();
    choose();
    paintWith("plain");
  }

  page.whenNear(document.querySelectorAll(".polytopes"), start);
})();
