#version 410 core
// An edge between two features of a cell.

#include "cells.glsl"
#include "ribbon.glsl"

uniform samplerBuffer lines;  // two texels: two vertices, cell, width; colour and dash

void main() {
  vec4 pair = texelFetch(lines, 2 * gl_InstanceID);
  vec4 paint = texelFetch(lines, 2 * gl_InstanceID + 1);
  vec3 from = texelFetch(vertices, 2 * int(pair.x)).xyz;
  vec3 to = texelFetch(vertices, 2 * int(pair.y)).xyz;
  mat4 toClip = projection * view;
  ribbon(toClip * vec4(from, 1.0), toClip * vec4(to, 1.0), pair.w, paint.w, paint.rgb, int(pair.z));
}
