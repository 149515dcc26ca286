package toymodels.backend.cuda.internal.driver;

import static jcuda.driver.JCudaDriver.cuStreamCreate;
import static jcuda.driver.JCudaDriver.cuStreamDestroy;
import static jcuda.driver.JCudaDriver.cuStreamQuery;

import java.time.Duration;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import toymodels.backend.cuda.GpuException;
import toymodels.natives.JCuda;

/** Work of one GPU, carried out in order. Waiting is done by asking, so that it can have an end. */
public final class GpuStream extends GpuResource {
  static {
    JCuda.require();
  }

  private final CUstream stream = new CUstream();
  private String working = "nothing";

  public GpuStream(Gpu gpu) {
    super(gpu, "stream");
    Driver.check(
        cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING),
        () -> "opening a stream on " + gpu);
    opened();
  }

  public CUstream handle() {
    return stream;
  }

  /** Remembers what was last given to the stream, for messages. */
  public void nowDoing(String work) {
    working = work;
  }

  /**
   * Waits until all work given so far is done.
   *
   * @throws GpuException if the work failed, or took longer than the limit
   */
  public void await(Duration limit) {
    gpu().makeCurrent();
    Polling.await(() -> cuStreamQuery(stream), limit, this::doing);
  }

  /** What was last given to the stream, and where, for messages. */
  String doing() {
    return "running %s on %s".formatted(working, gpu());
  }

  @Override
  public int release() {
    return cuStreamDestroy(stream);
  }
}
