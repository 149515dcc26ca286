package toymodels.viewer.internal.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import toymodels.viewer.Image;

/**
 * An animated GIF (version 89a) that repeats for ever. Its 256 colours are chosen by median cut
 * from the first, the middle and the last frame, so all frames are needed at once.
 */
public final class Gif {
  private static final int COLOURS = 256;

  private Gif() {}

  /**
   * Writes frames of one size.
   *
   * @param hundredths of a second that each frame stays
   * @throws IOException if writing fails
   */
  public static void write(OutputStream out, List<Image> frames, int hundredths)
      throws IOException {
    int width = frames.get(0).width();
    int height = frames.get(0).height();
    int[] palette =
        palette(
            List.of(frames.get(0), frames.get(frames.size() / 2), frames.get(frames.size() - 1)));
    out.write("GIF89a".getBytes(StandardCharsets.US_ASCII));
    word(out, width);
    word(out, height);
    out.write(new byte[] {(byte) 0xf7, 0, 0});
    for (int colour : palette) {
      out.write(new byte[] {(byte) (colour >> 16), (byte) (colour >> 8), (byte) colour});
    }
    out.write(0x21);
    out.write(0xff);
    out.write(11);
    out.write("NETSCAPE2.0".getBytes(StandardCharsets.US_ASCII));
    out.write(new byte[] {3, 1, 0, 0, 0});
    Map<Integer, Byte> nearest = new HashMap<>();
    for (Image frame : frames) {
      out.write(new byte[] {0x21, (byte) 0xf9, 4, 4});
      word(out, hundredths);
      out.write(new byte[] {0, 0, 0x2c, 0, 0, 0, 0});
      word(out, width);
      word(out, height);
      out.write(0);
      out.write(8);
      byte[] indices = new byte[width * height];
      for (int i = 0; i < indices.length; i++) {
        indices[i] =
            nearest.computeIfAbsent(frame.rgb(i % width, i / width), rgb -> nearest(palette, rgb));
      }
      compress(out, indices);
    }
    out.write(0x3b);
  }

  private static void word(OutputStream out, int value) throws IOException {
    out.write(value & 255);
    out.write(value >> 8 & 255);
  }

  private static byte nearest(int[] palette, int rgb) {
    int best = 0;
    int least = Integer.MAX_VALUE;
    for (int i = 0; i < palette.length; i++) {
      int distance = 0;
      for (int shift = 0; shift <= 16; shift += 8) {
        int d = (palette[i] >> shift & 255) - (rgb >> shift & 255);
        distance += d * d;
      }
      if (distance < least) {
        least = distance;
        best = i;
      }
    }
    return (byte) best;
  }

  /** Colours by median cut over distinct colours, weighted by the root of their frequency. */
  private static int[] palette(List<Image> samples) {
    Map<Integer, Integer> counts = new HashMap<>();
    for (Image image : samples) {
      for (int i = 0; i < image.width() * image.height(); i++) {
        counts.merge(image.rgb(i % image.width(), i / image.width()), 1, Integer::sum);
      }
    }
    List<int[]> boxes = new ArrayList<>();
    boxes.add(counts.keySet().stream().mapToInt(Integer::intValue).sorted().toArray());
    while (boxes.size() < COLOURS) {
      int[] widest =
          boxes.stream()
              .filter(b -> b.length > 1)
              .max(Comparator.comparingLong(b -> spread(b)[1] * weight(b, counts)))
              .orElse(null);
      if (widest == null) {
        break;
      }
      boxes.remove(widest);
      int shift = (int) spread(widest)[0];
      Integer[] sorted = Arrays.stream(widest).boxed().toArray(Integer[]::new);
      Arrays.sort(sorted, Comparator.comparingInt(c -> c >> shift & 255));
      int[] all = Arrays.stream(sorted).mapToInt(Integer::intValue).toArray();
      boxes.add(Arrays.copyOfRange(all, 0, all.length / 2));
      boxes.add(Arrays.copyOfRange(all, all.length / 2, all.length));
    }
    int[] palette = new int[COLOURS];
    for (int i = 0; i < boxes.size(); i++) {
      palette[i] = mean(boxes.get(i), counts);
    }
    return palette;
  }

  private static long weight(int[] box, Map<Integer, Integer> counts) {
    long sum = 0;
    for (int colour : box) {
      sum += counts.get(colour);
    }
    return 1 + (long) Math.sqrt(sum);
  }

  /** The channel of the largest range, as a shift, and that range. */
  private static long[] spread(int[] box) {
    long[] widest = {0, -1};
    for (int shift = 0; shift <= 16; shift += 8) {
      int low = 255;
      int high = 0;
      for (int colour : box) {
        low = Math.min(low, colour >> shift & 255);
        high = Math.max(high, colour >> shift & 255);
      }
      if (high - low > widest[1]) {
        widest = new long[] {shift, high - low};
      }
    }
    return widest;
  }

  private static int mean(int[] box, Map<Integer, Integer> counts) {
    int mean = 0;
    for (int shift = 0; shift <= 16; shift += 8) {
      long sum = 0;
      long total = 0;
      for (int colour : box) {
        long count = counts.get(colour);
        sum += count * (colour >> shift & 255);
        total += count;
      }
      mean |= (int) ((sum + total / 2) / total) << shift;
    }
    return mean;
  }

  /** Lempel, Ziv and Welch with codes of 9 to 12 bits, in blocks of up to 255 bytes. */
  private static void compress(OutputStream out, byte[] indices) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    Map<Integer, Integer> codes = new HashMap<>();
    int clear = 256;
    int next = 258;
    int bits = 9;
    long buffer = clear;
    int held = 9;
    int prefix = indices[0] & 255;
    for (int i = 1; i <= indices.length; i++) {
      int suffix = i < indices.length ? indices[i] & 255 : -1;
      Integer known = suffix < 0 ? null : codes.get(prefix << 8 | suffix);
      if (known != null) {
        prefix = known;
        continue;
      }
      buffer |= (long) prefix << held;
      held += bits;
      if (suffix >= 0) {
        codes.put(prefix << 8 | suffix, next);
        if (next == 1 << bits && bits < 12) {
          bits++;
        }
        if (++next == 4096) {
          buffer |= (long) clear << held;
          held += bits;
          codes.clear();
          next = 258;
          bits = 9;
        }
      }
      prefix = suffix;
      for (; held >= 8; held -= 8, buffer >>>= 8) {
        packed.write((int) buffer & 255);
      }
    }
    buffer |= 257L << held;
    held += bits;
    for (; held > 0; held -= 8, buffer >>>= 8) {
      packed.write((int) buffer & 255);
    }
    byte[] bytes = packed.toByteArray();
    for (int at = 0; at < bytes.length; at += 255) {
      int length = Math.min(255, bytes.length - at);
      out.write(length);
      out.write(bytes, at, length);
    }
    out.write(0);
  }
}
