package toymodels.run.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Numbers as little-endian bytes, through one small buffer. Every NaN is written as the one of
 * Float.NaN or Double.NaN: which NaN an operation gives depends on the processor.
 */
public final class LittleEndian {
  private static final int BUFFER = 1 << 16;

  /** Where full buffers go; the bytes between position and limit are all taken. */
  @FunctionalInterface
  interface Sink {
    void take(ByteBuffer bytes) throws IOException;
  }

  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
  private final Sink sink;

  LittleEndian(Sink sink) {
    this.sink = sink;
  }

  void flush() throws IOException {
    buffer.flip();
    if (buffer.hasRemaining()) {
      sink.take(buffer);
    }
    buffer.clear();
  }

  private void need(int bytes) throws IOException {
    if (buffer.remaining() < bytes) {
      flush();
    }
  }

  public void bytes(byte[] values) throws IOException {
    for (int at = 0; at < values.length; ) {
      need(1);
      int count = Math.min(values.length - at, buffer.remaining());
      buffer.put(values, at, count);
      at += count;
    }
  }

  /** Text of ASCII characters alone. */
  public void ascii(String text) throws IOException {
    bytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  public void floats(float[] values) throws IOException {
    for (float value : values) {
      need(Float.BYTES);
      buffer.putInt(Float.floatToIntBits(value));
    }
  }

  public void doubles(double[] values) throws IOException {
    for (double value : values) {
      need(Double.BYTES);
      buffer.putLong(Double.doubleToLongBits(value));
    }
  }

  public void ints(int[] values) throws IOException {
    for (int value : values) {
      need(Integer.BYTES);
      buffer.putInt(value);
    }
  }

  public void longs(long[] values) throws IOException {
    for (long value : values) {
      need(Long.BYTES);
      buffer.putLong(value);
    }
  }
}
