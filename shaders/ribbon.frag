#version 410 core
// A line with smooth borders and round ends, dashed or not.

in vec2 fromStart;
flat in float pixelsLong;
flat in float halfWidth;
flat in float dashLength;
flat in vec3 colour;

out vec4 painted;

void main() {
  float on = clamp(fromStart.x, 0.0, pixelsLong);
  float distance_ = length(vec2(fromStart.x - on, fromStart.y));
  float coverage = min(halfWidth - distance_ + 0.5, 2.0 * halfWidth);
  if (dashLength > 0.0) {
    // Three of every five parts are drawn.
    float position = fract(on / dashLength);
    float inside = min(position, 0.6 - position) * dashLength + 0.5;
    float next = (position - 1.0) * dashLength + 0.5;
    coverage = min(coverage, max(inside, next));
  }
  if (coverage <= 0.0) {
    discard;
  }
  painted = vec4(colour, min(coverage, 1.0));
}
