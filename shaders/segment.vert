#version 410 core
// A line that is the same in every cell. Instance = cell * segments + segment.

#include "cells.glsl"
#include "ribbon.glsl"

uniform samplerBuffer lines;  // three texels: from and width; to and dash; colour
uniform int segments;

void main() {
  int cell = gl_InstanceID / segments;
  int at = 3 * (gl_InstanceID % segments);
  vec4 from = texelFetch(lines, at);
  vec4 to = texelFetch(lines, at + 1);
  vec3 rgb = texelFetch(lines, at + 2).rgb;
  mat4 toClip = projection * view;
  ribbon(toClip * vec4(from.xyz, 1.0), toClip * vec4(to.xyz, 1.0), from.w, to.w, rgb, cell);
}
