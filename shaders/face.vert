#version 410 core
// A corner of a translucent face.

#include "cells.glsl"

layout(location = 0) in vec4 place;  // x, y, z, cell
layout(location = 1) in vec4 paint;

out vec4 colour;

void main() {
  colour = paint;
  gl_Position = inCell(projection * view * vec4(place.xyz, 1.0), int(place.w));
}
