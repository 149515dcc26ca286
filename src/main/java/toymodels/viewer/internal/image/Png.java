package toymodels.viewer.internal.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32;
import org.lwjgl.stb.STBIWriteCallback;
import org.lwjgl.stb.STBImageWrite;
import org.lwjgl.system.MemoryUtil;
import toymodels.files.InputFile;
import toymodels.natives.Lwjgl;
import toymodels.viewer.Image;

/**
 * PNG files with a line of text in them: the camera, so that a picture can be opened again.
 *
 * <p>Compressed by stb and not by the JDK, whose zlib differs from one to the next: the same pixels
 * give the same bytes everywhere.
 */
public final class Png {
  static {
    Lwjgl.load();
  }

  private static final int SIGNATURE = 8;
  private static final int AFTER_HEADER = SIGNATURE + 25;
  private static final byte[] KEYWORD = "toymodels\0".getBytes(StandardCharsets.ISO_8859_1);

  /** Larger files are not looked into. */
  private static final int MOST_BYTES = 256 << 20;

  private Png() {}

  /** The bytes of a PNG of the image, without its alpha, and the text. */
  public static byte[] encode(Image image, String text) {
    byte[] rgb = new byte[3 * image.width() * image.height()];
    for (int i = 0; i < image.width() * image.height(); i++) {
      System.arraycopy(image.rgba(), 4 * i, rgb, 3 * i, 3);
    }
    return encode(image, rgb, 3, text);
  }

  /** The bytes of a PNG of the image with its alpha, and the text. */
  public static byte[] encodeTransparent(Image image, String text) {
    return encode(image, image.rgba(), 4, text);
  }

  private static byte[] encode(Image image, byte[] values, int channels, String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ByteBuffer pixels = MemoryUtil.memAlloc(values.length);
    try (STBIWriteCallback write =
        STBIWriteCallback.create(
            (context, data, size) -> {
              byte[] part = new byte[size];
              MemoryUtil.memByteBuffer(data, size).get(part);
              bytes.writeBytes(part);
            })) {
      pixels.put(values).flip();
      if (!STBImageWrite.stbi_write_png_to_func(
          write, 0, image.width(), image.height(), channels, pixels, channels * image.width())) {
        throw new IllegalStateException("stb cannot write a PNG of this image");
      }
    } finally {
      MemoryUtil.memFree(pixels);
    }
    byte[] plain = bytes.toByteArray();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(plain, 0, AFTER_HEADER);
    all.writeBytes(textChunk(text));
    all.write(plain, AFTER_HEADER, plain.length - AFTER_HEADER);
    return all.toByteArray();
  }

  private static byte[] textChunk(String text) {
    byte[] value = text.getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer chunk = ByteBuffer.allocate(12 + KEYWORD.length + value.length);
    chunk.putInt(KEYWORD.length + value.length);
    chunk.put("tEXt".getBytes(StandardCharsets.ISO_8859_1)).put(KEYWORD).put(value);
    CRC32 crc = new CRC32();
    crc.update(chunk.array(), 4, chunk.position() - 4);
    return chunk.putInt((int) crc.getValue()).array();
  }

  /**
   * The text in a PNG that this class wrote; empty if it has none.
   *
   * @throws IOException if the file cannot be read or is no PNG
   */
  public static Optional<String> text(Path file) throws IOException {
    ByteBuffer png = ByteBuffer.wrap(InputFile.bytes(file, MOST_BYTES));
    if (png.remaining() < SIGNATURE || png.getLong() != 0x89504e470d0a1a0aL) {
      throw new IOException("it is not a PNG");
    }
    while (png.remaining() >= 12) {
      int length = png.getInt();
      int type = png.getInt();
      if (length < 0 || length > png.remaining() - 4) {
        throw new IOException("it is a damaged PNG");
      }
      byte[] data = new byte[length];
      png.get(data).getInt();
      boolean ours =
          length >= KEYWORD.length
              && Arrays.equals(data, 0, KEYWORD.length, KEYWORD, 0, KEYWORD.length);
      if (type == 0x74455874 && ours) {
        return Optional.of(
            new String(data, KEYWORD.length, length - KEYWORD.length, StandardCharsets.ISO_8859_1));
      }
    }
    return Optional.empty();
  }
}
