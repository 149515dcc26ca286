#version 410 core
// A rectangle that covers one flat shape of the overlay, in pixels from the top left.

layout(location = 0) in vec4 place;
layout(location = 1) in vec4 form;   // kind, size, left and top in the atlas
layout(location = 2) in vec4 paint;

uniform vec2 viewport;

out vec2 pixel;
flat out vec4 shape;
flat out vec4 kind;
flat out vec4 colour;

void main() {
  shape = place;
  kind = form;
  colour = paint;
  vec2 low = min(place.xy, place.zw);
  vec2 high = max(place.xy, place.zw);
  int type = int(form.x);
  if (type == 3) {
    low = place.xy - place.z;
    high = place.xy + place.z;
  }
  float room = type == 2 ? 0.0 : type == 0 ? 1.0 : form.y + 1.0;
  pixel = mix(low - room, high + room, vec2(gl_VertexID & 1, gl_VertexID >> 1));
  gl_Position = vec4(2.0 * pixel.x / viewport.x - 1.0, 1.0 - 2.0 * pixel.y / viewport.y, 0.0, 1.0);
}
