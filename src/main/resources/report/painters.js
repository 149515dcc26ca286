// Two ways to draw the same shapes, farthest first, into a canvas: plainly, which every browser can
// and paper shows, and with WebGL, which turns thousands of them smoothly. A shape has a colour (parts of one), an alpha and
// one of: line [x1, y1, x2, y2] with a width and whether it is dashed, ball [x, y, radius], or
// face [x1, y1, x2, y2, x3, y3]; in device pixels right and down from the middle.
"use strict";
const painters = (() => {
  const DASH = [5, 4];

  const VERTEX = `
    attribute vec2 place; attribute vec4 colour; attribute vec3 form;
    uniform vec2 size;
    varying vec4 paint; varying vec3 shape;
    void main() { gl_Position = vec4(2.0 * place / size, 0.0, 1.0); paint = colour; shape = form; }`;
  // shape.z tells the kind: 0 a face; 1 a line, shape.y across it; 2 a dashed line, shape.x along
  // it in pixels; 3 a ball, shape.xy from its centre.
  const FRAGMENT = `
    precision mediump float;
    varying vec4 paint; varying vec3 shape;
    void main() {
      float alpha = paint.a;
      if (shape.z > 2.5) alpha *= 1.0 - smoothstep(0.88, 1.0, length(shape.xy));
      else if (shape.z > 0.5) alpha *= 1.0 - smoothstep(0.5, 1.0, abs(shape.y));
      if (shape.z > 1.5 && shape.z < 2.5 && mod(shape.x, ${DASH[0] + DASH[1]}.0) > ${DASH[0]}.0) alpha = 0.0;
      gl_FragColor = vec4(paint.rgb * alpha, alpha);
    }`;

  /** The triangles of a shape, nine numbers a corner: place, colour, alpha, form. */
  function triangles({ line, ball, face, colour, alpha, width, dashed }, ratio) {
    const corner = (x, y, ...form) => [x, -y, ...colour, alpha, ...form];
    const quad = (a, b, c, d) => [...a, ...b, ...c, ...b, ...d, ...c];
    if (face) return [0, 2, 4].flatMap((k) => corner(face[k], face[k + 1], 0, 0, 0));
    if (ball) {
      const [x, y, r] = ball;
      return quad(...[[-1, 1], [-1, -1], [1, 1], [1, -1]].map(([u, v]) => corner(x + u * r, y + v * r, u, v, 3)));
    }
    const [x1, y1, x2, y2] = line, length = Math.hypot(x2 - x1, y2 - y1) || 1;
    const half = width / 2 + 0.5, kind = dashed ? 2 : 1, run = length / ratio;
    const [nx, ny] = [(half * (y1 - y2)) / length, (half * (x2 - x1)) / length];
    return quad(corner(x1 + nx, y1 + ny, 0, 1, kind), corner(x1 - nx, y1 - ny, 0, -1, kind),
      corner(x2 + nx, y2 + ny, run, 1, kind), corner(x2 - nx, y2 - ny, run, -1, kind));
  }

  /** A painter with WebGL; null where the browser has none. */
  function webgl(canvas) {
    const gl = canvas.getContext("webgl");
    if (!gl) return null;
    const program = gl.createProgram();
    for (const [kind, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
      const shader = gl.createShader(kind);
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    gl.useProgram(program);
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    [["place", 2, 0], ["colour", 4, 8], ["form", 3, 24]].forEach(([name, size, offset]) => {
      const at = gl.getAttribLocation(program, name);
      gl.enableVertexAttribArray(at);
      gl.vertexAttribPointer(at, size, gl.FLOAT, false, 36, offset);
    });
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    return {
      paint(shapes, ratio) {
        const vertices = shapes.flatMap((shape) => triangles(shape, ratio));
        gl.viewport(0, 0, canvas.width, canvas.height);
        gl.uniform2f(gl.getUniformLocation(program, "size"), canvas.width, canvas.height);
        gl.clear(gl.COLOR_BUFFER_BIT);
        gl.bufferData(gl.ARRAY_BUFFER, new Float32Array(vertices), gl.DYNAMIC_DRAW);
        gl.drawArrays(gl.TRIANGLES, 0, vertices.length / 9);
      },
      end() { gl.getExtension("WEBGL_lose_context")?.loseContext(); },
    };
  }

  /** A painter that needs nothing but a canvas. */
  function plain(canvas) {
    const brush = canvas.getContext("2d");
    return {
      paint(shapes, ratio) {
        brush.setTransform(1, 0, 0, 1, 0, 0);
        brush.clearRect(0, 0, canvas.width, canvas.height);
        brush.translate(canvas.width / 2, canvas.height / 2);
        for (const { line, ball, face, colour, alpha, width, dashed } of shapes) {
          const ink = `rgb(${colour.map((v) => Math.round(255 * v))} / ${alpha})`.replaceAll(",", " ");
          brush.beginPath();
          if (line) {
            brush.moveTo(line[0], line[1]);
            brush.lineTo(line[2], line[3]);
            brush.setLineDash(dashed ? DASH.map((d) => d * ratio) : []);
            [brush.strokeStyle, brush.lineWidth] = [ink, width];
            brush.stroke();
            continue;
          }
          if (ball) brush.arc(ball[0], ball[1], ball[2] * 0.94, 0, 7);
          else [0, 2, 4].forEach((k) => brush.lineTo(face[k], face[k + 1]));
          brush.fillStyle = ink;
          brush.fill();
        }
      },
      end() {},
    };
  }

  return { plain, webgl };
})();
