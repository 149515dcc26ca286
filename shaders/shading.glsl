// How light falls on a ball, twin of Shading.java.

const float HOLE = 0.66;  // inner radius of a hollow ring, as part of the ball's
const vec3 LIGHT = vec3(0.36, 0.48, 0.8);

vec3 ballColour(vec3 normal, bool isHollow, vec3 base) {
  if (isHollow) {
    return base;
  }
  float light = 0.66 + 0.4 * max(0.0, dot(normal, LIGHT));
  // Blinn's half vector between the light and the eye, which is along z.
  float gloss = max(0.0, dot(normal, LIGHT + vec3(0.0, 0.0, 1.0)) / 1.8974);
  gloss *= gloss;
  gloss *= gloss;
  gloss *= gloss;
  gloss *= gloss;
  gloss *= gloss;
  gloss *= 0.28;
  // The rim is darker, which sets a ball off from what is behind it.
  light *= 0.62 + 0.38 * clamp(normal.z / 0.42, 0.0, 1.0);
  return base * light + gloss;
}
