package toymodels.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.Optional;

/**
 * Standard output, which remembers that a write failed: a {@link java.io.PrintWriter} on top of it
 * goes on as if nothing had happened.
 */
final class ResultStream extends OutputStream {
  private final OutputStream stream;
  private IOException failure;

  ResultStream(OutputStream stream) {
    this.stream = stream;
  }

  private interface Writing {
    void run() throws IOException;
  }

  private synchronized void attempt(Writing writing) throws IOException {
    try {
      writing.run();
    } catch (IOException e) {
      failure = failure == null ? e : failure;
      throw e;
    }
  }

  @Override
  public void write(int b) throws IOException {
    attempt(() -> stream.write(b));
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    attempt(() -> stream.write(bytes, from, count));
  }

  @Override
  public void flush() throws IOException {
    attempt(stream::flush);
  }

  /**
   * Why results are missing. A reader that has gone, such as {@code head}, is no failure: it has
   * what it wanted.
   */
  synchronized Optional<IOException> failure() {
    return Optional.ofNullable(failure).filter(e -> !readerHasGone(e));
  }

  private static boolean readerHasGone(IOException e) {
    String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return text.contains("broken pipe") || text.contains("pipe is being closed");
  }
}
