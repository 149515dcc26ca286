package toymodels.report;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/** A small picture of coloured cells as a PNG inside an address ({@code data:image/png}). */
final class PngDataUri {
  private static final byte[] SIGNATURE = {(byte) 137, 80, 78, 71, 13, 10, 26, 10};
  private static final int EIGHT_BIT_RGBA = 8 << 8 | 6;

  private PngDataUri() {}

  /**
   * @param argb 0xAARRGGBB of each cell, (rows, columns)
   * @param columns cells in a row
   */
  static String address(int[] argb, int columns) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      DataOutputStream png = new DataOutputStream(out);
      png.write(SIGNATURE);
      ByteArrayOutputStream header = new ByteArrayOutputStream();
      DataOutputStream fields = new DataOutputStream(header);
      fields.writeInt(columns);
      fields.writeInt(argb.length / columns);
      fields.writeShort(EIGHT_BIT_RGBA);
      fields.write(new byte[3]);
      chunk(png, "IHDR", header.toByteArray());
      chunk(png, "IDAT", deflated(argb, columns));
      chunk(png, "IEND", new byte[0]);
      return "data:image/png;base64," + Base64.getEncoder().encodeToString(out.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException("writing a PNG to memory", e);
    }
  }

  private static byte[] deflated(int[] argb, int columns) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (DeflaterOutputStream rows = new DeflaterOutputStream(packed)) {
      for (int i = 0; i < argb.length; i++) {
        if (i % columns == 0) {
          rows.write(0); // each row says how it is filtered: not at all
        }
        rows.write(argb[i] >> 16);
        rows.write(argb[i] >> 8);
        rows.write(argb[i]);
        rows.write(argb[i] >>> 24);
      }
    }
    return packed.toByteArray();
  }

  private static void chunk(DataOutputStream out, String type, byte[] body) throws IOException {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 sum = new CRC32();
    sum.update(name);
    sum.update(body);
    out.writeInt(body.length);
    out.write(name);
    out.write(body);
    out.writeInt((int) sum.getValue());
  }
}
