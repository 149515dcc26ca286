package toymodels.viewer.internal.picture;

/** How light falls on a ball, twin of {@code shaders/shading.glsl}. */
public final class Shading {
  /** Inner radius of a hollow ring, as part of the ball's. */
  public static final float HOLE = 0.66f;

  // Towards the light, from the eye: up, right, mostly forward.
  private static final float LIGHT_X = 0.36f;
  private static final float LIGHT_Y = 0.48f;
  private static final float LIGHT_Z = 0.8f;

  private Shading() {}

  /** The colour at a point of a ball with the given normal, as 0xrrggbb. */
  public static int ball(
      float nx, float ny, float nz, boolean hollow, float red, float green, float blue) {
    if (hollow) {
      return pack(red, green, blue);
    }
    float diffuse = Math.max(0, nx * LIGHT_X + ny * LIGHT_Y + nz * LIGHT_Z);
    float light = 0.66f + 0.4f * diffuse;
    // Blinn's half vector between the light and the eye, which is along z.
    float half = Math.max(0, (nx * LIGHT_X + ny * LIGHT_Y + nz * (LIGHT_Z + 1)) / 1.8974f);
    float gloss = half * half;
    gloss *= gloss;
    gloss *= gloss;
    gloss *= gloss;
    gloss *= gloss;
    gloss *= 0.28f;
    // The rim is darker, which sets a ball off from what is behind it.
    float rim = Math.min(1, Math.max(0, nz / 0.42f));
    light *= 0.62f + 0.38f * rim;
    return pack(red * light + gloss, green * light + gloss, blue * light + gloss);
  }

  /** Whether a place along a dashed line is a gap: three of every five parts are drawn. */
  public static boolean gap(float along, float dash) {
    if (dash <= 0) {
      return false;
    }
    float position = along / dash;
    return position - (float) Math.floor(position) > 0.6f;
  }

  public static int pack(float red, float green, float blue) {
    return channel(red) << 16 | channel(green) << 8 | channel(blue);
  }

  private static int channel(float value) {
    return (int) (Math.max(0, Math.min(1, value)) * 255 + 0.5f);
  }
}
