#version 410 core
// The ball that a ray through this pixel meets: exact outline, normal and depth. With PICKING, which
// feature it is instead of its colour.

#include "shading.glsl"

uniform mat4 projection;
uniform bool orthographic;
uniform float radius;

in vec3 corner;
flat in vec3 centre;
flat in float pixels;
flat in vec3 colour;
flat in int hollow;
flat in int identity;

#ifdef PICKING
out uint picked;
#else
out vec4 painted;
#endif

void main() {
  vec3 origin = orthographic ? vec3(corner.xy, 0.0) : vec3(0.0);
  vec3 direction = orthographic ? vec3(0.0, 0.0, -1.0) : normalize(corner);
  float along = dot(centre - origin, direction);
  vec3 miss = centre - origin - direction * along;
  float off = length(miss);
  float coverage = (radius - off) * pixels + 0.5;
  bool isHollow = hollow == 1;
  if (isHollow) {
    coverage = min(coverage, (off - HOLE * radius) * pixels + 0.5);
  }
#ifdef PICKING
  if (coverage < 0.5) {
    discard;
  }
#else
  if (coverage <= 0.0) {
    discard;
  }
#endif
  float half_ = isHollow ? 0.0 : sqrt(max(radius * radius - off * off, 0.0));
  vec3 hit = origin + direction * (along - half_);
  vec4 clip = projection * vec4(hit, 1.0);
  gl_FragDepth = 0.5 * clip.z / clip.w + 0.5;
#ifdef PICKING
  picked = uint(identity + 1);
#else
  painted = vec4(ballColour((hit - centre) / radius, isHollow, colour), clamp(coverage, 0.0, 1.0));
#endif
}
