package toymodels.backend.cuda.internal.driver;

/** Something on a GPU that must be closed by who opened it; the GPU keeps a list. */
public abstract class GpuResource implements AutoCloseable {
  private final Gpu gpu;
  private final String what;
  private boolean closed;

  /**
   * @param what the thing's name and size, for messages: "weights, 400 bytes"
   */
  public GpuResource(Gpu gpu, String what) {
    this.gpu = gpu;
    this.what = what;
    gpu.makeCurrent();
  }

  /** To be called once the driver has made the thing. */
  public final void opened() {
    gpu.opened(this);
  }

  Gpu gpu() {
    return gpu;
  }

  /** Gives the thing back to the driver; returns the driver's code. */
  public abstract int release();

  /**
   * Closing twice does nothing. A failure shows where the work failed, and is not repeated here.
   */
  @Override
  public final void close() {
    if (closed) {
      return;
    }
    closed = true;
    gpu.closed(this);
    gpu.makeCurrent();
    int result = release();
    if (result != 0) {
      System.getLogger(GpuResource.class.getName())
          .log(
              System.Logger.Level.WARNING,
              "closing {0} on {1}: {2}",
              what,
              gpu,
              Driver.describe(result));
    }
  }

  /** Leaves the thing to the end of the process: only another thread could have closed it. */
  public final void abandon() {
    if (!closed) {
      closed = true;
      gpu.closed(this);
    }
  }

  @Override
  public String toString() {
    return what;
  }
}
