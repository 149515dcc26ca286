// Where cells and features are. Every model is drawn in a cell of its own, with one camera for all.

uniform samplerBuffer cells;     // two texels a cell: centre and half size in clip space; model
uniform samplerBuffer vertices;  // two texels a feature: position and norm; colour
uniform mat4 view;               // world to eye
uniform mat4 projection;         // eye to a cell's clip space
uniform bool orthographic;
uniform int features;            // n, features of one model
uniform vec2 viewport;           // pixels of the picture

out float gl_ClipDistance[4];

// From a cell's clip space to the picture's; cuts at the cell's borders.
vec4 inCell(vec4 clip, int cell) {
  gl_ClipDistance[0] = clip.w + clip.x;
  gl_ClipDistance[1] = clip.w - clip.x;
  gl_ClipDistance[2] = clip.w + clip.y;
  gl_ClipDistance[3] = clip.w - clip.y;
  vec4 place = texelFetch(cells, 2 * cell);
  return vec4(clip.xy * place.zw + place.xy * clip.w, clip.zw);
}

int modelOf(int cell) {
  return int(texelFetch(cells, 2 * cell + 1).x);
}

// Pixels that one world unit is high at a depth of the eye, in a cell.
float pixelsPerUnit(float eyeZ, int cell) {
  float height = texelFetch(cells, 2 * cell).w * viewport.y;
  return 0.5 * projection[1][1] * height / (orthographic ? 1.0 : -eyeZ);
}
