package toymodels.viewer.internal.scene;

/** Colours for numbers, readable with every kind of colour vision. */
public enum Palette {
  /** Dark violet to yellow (van der Walt and Smith 2015). */
  VIRIDIS(
      0x440154, 0x482878, 0x3e4989, 0x31688e, 0x26828e, 0x1f9e89, 0x35b779, 0x6ece58, 0xb5de2b,
      0xfde725),
  /** Dark blue to yellow, made for deuteranopia (Nuñez, Anderton and Renslow 2018). */
  CIVIDIS(
      0x00224e, 0x123570, 0x3b496c, 0x575d6d, 0x707173, 0x8a8678, 0xa59c74, 0xc3b369, 0xe1cc55,
      0xfee838),
  /** Blue for negative, light grey for zero, orange for positive. */
  DIVERGING(
      0x08519c, 0x3182bd, 0x6baed6, 0xb5d3e7, 0xe4e6e8, 0xf3dcc4, 0xfdae6b, 0xf16913, 0xc44601);

  /** Entries of {@link #table()}. */
  static final int ENTRIES = 256;

  /** Categories that differ for every kind of colour vision (Okabe and Ito 2008). */
  private static final int[] CATEGORIES = {
    0x0072b2, 0xe69f00, 0x009e73, 0xcc79a7, 0x56b4e9, 0xd55e00, 0xf0e442, 0x7a7a7a
  };

  private final int[] anchors;

  Palette(int... anchors) {
    this.anchors = anchors;
  }

  /** The colour at t, 0 to 1 (clamped), as 0xrrggbb. */
  public int at(double t) {
    double position = Math.max(0, Math.min(1, Double.isNaN(t) ? 0 : t)) * (anchors.length - 1);
    int index = Math.min((int) position, anchors.length - 2);
    return mix(anchors[index], anchors[index + 1], position - index);
  }

  /** Colours for the steps of a table, (256, 3), each 0 to 1. */
  public float[] table() {
    float[] table = new float[ENTRIES * 3];
    for (int i = 0; i < ENTRIES; i++) {
      put(at(i / (ENTRIES - 1.0)), table, 3 * i);
    }
    return table;
  }

  /** The colour of a category, as 0xrrggbb; categories repeat after eight. */
  public static int category(int index) {
    return CATEGORIES[Math.floorMod(index, CATEGORIES.length)];
  }

  /** A table that holds the categories instead of a scale, (256, 3). */
  public static float[] categories() {
    float[] table = new float[ENTRIES * 3];
    for (int i = 0; i < ENTRIES; i++) {
      put(category(i), table, 3 * i);
    }
    return table;
  }

  /** Part t of the way from one colour to another. */
  public static int mix(int from, int to, double t) {
    int mixed = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int a = from >> shift & 255;
      int b = to >> shift & 255;
      mixed |= (int) Math.round(a + (b - a) * t) << shift;
    }
    return mixed;
  }

  private static void put(int colour, float[] table, int at) {
    table[at] = (colour >> 16 & 255) / 255f;
    table[at + 1] = (colour >> 8 & 255) / 255f;
    table[at + 2] = (colour & 255) / 255f;
  }
}
