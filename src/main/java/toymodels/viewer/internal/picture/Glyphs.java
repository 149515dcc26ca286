package toymodels.viewer.internal.picture;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.lwjgl.stb.STBTTFontinfo;
import org.lwjgl.stb.STBTruetype;
import org.lwjgl.system.MemoryUtil;
import toymodels.natives.Lwjgl;

/**
 * The letters of the viewer's font as coverage in one square atlas, drawn when first used.
 *
 * <p>One font for every renderer and machine, from the class path, so that pictures agree.
 */
public final class Glyphs {
  static {
    Lwjgl.load();
  }

  /** Width and height of the atlas in pixels. */
  public static final int ATLAS = 1024;

  private static final String FONT = "/fonts/DejaVuSans.ttf";
  private static Glyphs shared;

  private final ByteBuffer font;
  private final STBTTFontinfo info = STBTTFontinfo.create();
  private final Map<Long, Glyph> glyphs = new HashMap<>();
  private final byte[] atlas = new byte[ATLAS * ATLAS];
  private int penX = 1;
  private int penY = 1;
  private int rowHeight;
  private int version;

  /**
   * One letter at one size, in pixels.
   *
   * @param u left in the atlas
   * @param v top in the atlas
   * @param x from the pen to the left edge
   * @param y from the baseline down to the top edge
   */
  record Glyph(int u, int v, int width, int height, int x, int y, float advance) {}

  private Glyphs() {
    byte[] bytes = fontBytes();
    font = MemoryUtil.memAlloc(bytes.length);
    font.put(bytes).flip();
    if (!STBTruetype.stbtt_InitFont(info, font)) {
      throw new IllegalStateException(FONT + " is not a font");
    }
  }

  /** The only one: all renderers share it, and all use it from one thread at a time. */
  public static synchronized Glyphs shared() {
    if (shared == null) {
      shared = new Glyphs();
    }
    return shared;
  }

  /** The font file. */
  public static byte[] fontBytes() {
    try (InputStream in = Glyphs.class.getResourceAsStream(FONT)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("reading the font " + FONT, e);
    }
  }

  synchronized Glyph glyph(int codepoint, int size) {
    return glyphs.computeIfAbsent((long) size << 32 | codepoint, key -> draw(codepoint, size));
  }

  private Glyph draw(int codepoint, int size) {
    float scale = STBTruetype.stbtt_ScaleForPixelHeight(info, size * 1.17f);
    int[] advance = new int[1];
    STBTruetype.stbtt_GetCodepointHMetrics(info, codepoint, advance, new int[1]);
    int[] x0 = new int[1];
    int[] y0 = new int[1];
    int[] x1 = new int[1];
    int[] y1 = new int[1];
    STBTruetype.stbtt_GetCodepointBitmapBox(info, codepoint, scale, scale, x0, y0, x1, y1);
    int width = x1[0] - x0[0];
    int height = y1[0] - y0[0];
    if (penX + width + 1 > ATLAS) {
      penX = 1;
      penY += rowHeight + 1;
      rowHeight = 0;
    }
    if (penY + height + 1 > ATLAS) {
      throw new IllegalStateException("the atlas of letters is full: too many sizes of text");
    }
    if (width > 0 && height > 0) {
      ByteBuffer bitmap = MemoryUtil.memCalloc(width * height);
      STBTruetype.stbtt_MakeCodepointBitmap(
          info, bitmap, width, height, width, scale, scale, codepoint);
      for (int y = 0; y < height; y++) {
        bitmap.get(y * width, atlas, (penY + y) * ATLAS + penX, width);
      }
      MemoryUtil.memFree(bitmap);
    }
    Glyph glyph = new Glyph(penX, penY, width, height, x0[0], y0[0], advance[0] * scale);
    penX += width + 1;
    rowHeight = Math.max(rowHeight, height);
    version++;
    return glyph;
  }

  /** Width of a line of text in pixels. */
  float width(String text, int size) {
    float width = 0;
    for (int i = 0; i < text.length(); i++) {
      width += glyph(text.charAt(i), size).advance();
    }
    return width;
  }

  /** Coverage of every letter so far, (1024, 1024). Not copied. */
  public byte[] atlas() {
    return atlas;
  }

  /** Grows with every new letter. */
  public synchronized int version() {
    return version;
  }
}
