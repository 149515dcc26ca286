#version 410 core
// A translucent face.

in vec4 colour;
out vec4 painted;

void main() {
  painted = colour;
}
