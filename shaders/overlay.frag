#version 410 core
// Coverage of a flat shape at this pixel's centre, twin of OverlayPainter.java.

uniform sampler2D atlas;

in vec2 pixel;
flat in vec4 shape;
flat in vec4 kind;
flat in vec4 colour;

out vec4 painted;

void main() {
  int type = int(kind.x);
  float size = kind.y;
  float coverage;
  if (type == 2) {
    coverage = texelFetch(atlas, ivec2(kind.zw + floor(pixel) - shape.xy), 0).r;
  } else if (type == 0) {
    vec2 q = abs(pixel - 0.5 * (shape.xy + shape.zw)) - 0.5 * (shape.zw - shape.xy) + size;
    coverage = 0.5 - (length(max(q, 0.0)) + min(max(q.x, q.y), 0.0) - size);
  } else if (type == 3) {
    coverage = 0.5 - (abs(length(pixel - shape.xy) - shape.z) - size);
  } else {
    vec2 along = shape.zw - shape.xy;
    float square = dot(along, along);
    float t = square == 0.0 ? 0.0 : clamp(dot(pixel - shape.xy, along) / square, 0.0, 1.0);
    coverage = 0.5 - (length(pixel - shape.xy - along * t) - size);
  }
  painted = vec4(colour.rgb, colour.a * clamp(coverage, 0.0, 1.0));
}
