#version 410 core
// The line from the origin to a feature. Instance = cell * features + feature.

#include "cells.glsl"
#include "ribbon.glsl"

uniform float shaft;  // width in pixels
uniform float hollowBelow;

void main() {
  int cell = gl_InstanceID / features;
  int vertex = modelOf(cell) * features + gl_InstanceID % features;
  vec4 place = texelFetch(vertices, 2 * vertex);
  vec3 rgb = texelFetch(vertices, 2 * vertex + 1).rgb;
  mat4 toClip = projection * view;
  ribbon(toClip * vec4(0.0, 0.0, 0.0, 1.0), toClip * vec4(place.xyz, 1.0), shaft, 0.0, rgb, cell);
  if (place.w < hollowBelow) {
    gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
  }
}
