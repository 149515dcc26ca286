package toymodels.backend.cuda;

/** A call of the CUDA driver that failed: what was being done, on which device, and why. */
public class GpuException extends RuntimeException {
  private final int code;

  public GpuException(int code, String message) {
    super(message);
    this.code = code;
  }

  /** The driver's own number, as {@code jcuda.driver.CUresult} lists them. */
  public int code() {
    return code;
  }

  /** The device has not enough memory for what was asked, even split into model chunks. */
  public static final class OutOfMemory extends GpuException {
    public OutOfMemory(int code, String message) {
      super(code, message);
    }
  }

  /** No GPU can be used, though one was asked for. */
  public static final class Unavailable extends GpuException {
    public Unavailable(String message) {
      super(0, message);
    }
  }
}
