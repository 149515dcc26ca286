#version 410 core
// A square that covers the ball of one feature, facing the eye: the ball itself is found by rays in
// ball.frag. Instance = cell * features + feature, four corners each.

#include "cells.glsl"

uniform float radius;  // of a ball, in world units
uniform float hollowBelow;

out vec3 corner;                // in the eye's coordinates
flat out vec3 centre;           // in the eye's coordinates
flat out float pixels;          // one world unit at the centre, in pixels
flat out vec3 colour;
flat out int hollow;
flat out int identity;

void main() {
  int cell = gl_InstanceID / features;
  int vertex = modelOf(cell) * features + gl_InstanceID % features;
  vec4 place = texelFetch(vertices, 2 * vertex);
  colour = texelFetch(vertices, 2 * vertex + 1).rgb;
  hollow = place.w < hollowBelow ? 1 : 0;
  identity = gl_InstanceID;
  centre = (view * vec4(place.xyz, 1.0)).xyz;
  pixels = pixelsPerUnit(centre.z, cell);
  vec2 side = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0 - 1.0;
  corner = centre + vec3(side * (1.3 * radius + 1.0 / pixels), 0.0);
  gl_Position = inCell(projection * vec4(corner, 1.0), cell);
}
