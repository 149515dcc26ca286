// A line of constant width in pixels between two points: a quad with room for smooth borders.

out vec2 fromStart;              // pixels along and across the line
flat out float pixelsLong;
flat out float halfWidth;
flat out float dashLength;
flat out vec3 colour;

void ribbon(vec4 a, vec4 b, float width, float dash, vec3 rgb, int cell) {
  vec2 size = texelFetch(cells, 2 * cell).zw * viewport;
  vec2 pa = 0.5 * a.xy / a.w * size;
  vec2 pb = 0.5 * b.xy / b.w * size;
  vec2 along = pb - pa;
  pixelsLong = length(along);
  along = pixelsLong < 1e-6 ? vec2(1.0, 0.0) : along / pixelsLong;
  vec2 across = vec2(-along.y, along.x);
  halfWidth = 0.5 * width;
  dashLength = dash;
  colour = rgb;
  float room = halfWidth + 1.0;
  bool end = (gl_VertexID & 1) == 1;
  float side = gl_VertexID < 2 ? -1.0 : 1.0;
  vec4 base = end ? b : a;
  vec2 shift = along * (end ? room : -room) + across * side * room;
  fromStart = vec2(end ? pixelsLong + room : -room, side * room);
  vec4 flat_ = vec4((end ? pb : pa) + shift, 0.0, 0.0);
  // After the division, so that the shader's coordinates are straight on the screen.
  vec4 clip = vec4(2.0 * flat_.xy / size, base.z / base.w, 1.0);
  gl_Position = a.w <= 1e-6 || b.w <= 1e-6 ? vec4(2.0, 2.0, 2.0, 1.0) : inCell(clip, cell);
}
