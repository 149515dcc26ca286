package toymodels.backend.cuda.internal.driver;

import java.time.Duration;

/** Times the work of a stream by the GPU's own clock. */
public final class Stopwatch implements AutoCloseable {
  private final GpuStream stream;
  private final Duration limit;
  private final GpuEvent begin;
  private final GpuEvent end;

  /**
   * @param limit how long the stream may take
   */
  public Stopwatch(Gpu gpu, GpuStream stream, Duration limit) {
    this.stream = stream;
    this.limit = limit;
    this.begin = new GpuEvent(gpu);
    try {
      this.end = new GpuEvent(gpu);
    } catch (RuntimeException e) {
      begin.close();
      throw e;
    }
  }

  public void begin() {
    begin.record(stream);
  }

  /** Seconds since {@link #begin}, once all work given to the stream is done. */
  public double end() {
    end.record(stream);
    stream.await(limit);
    return end.secondsSince(begin);
  }

  @Override
  public void close() {
    end.close();
    begin.close();
  }
}
