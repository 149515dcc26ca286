package toymodels.backend.cuda;

import static jcuda.driver.JCudaDriver.cuStreamCreate;
import static jcuda.driver.JCudaDriver.cuStreamDestroy;
import static jcuda.driver.JCudaDriver.cuStreamQuery;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;

/** Work of one GPU, carried out in order. Waiting is done by asking, so that it can have an end. */
final class GpuStream extends GpuResource {
  private static final long FIRST_PAUSE_NANOS = 20_000;
  private static final long LONGEST_PAUSE_NANOS = 1_000_000;

  private final CUstream stream = new CUstream();
  private String working = "nothing";

  GpuStream(Gpu gpu) {
    super(gpu, "stream");
    Driver.check(
        cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING),
        () -> "opening a stream on " + gpu);
    opened();
  }

  CUstream handle() {
    return stream;
  }

  /** Remembers what was last given to the stream, for messages. */
  void nowDoing(String work) {
    working = work;
  }

  /**
   * Waits until all work given so far is done.
   *
   * @throws GpuException if the work failed, or took longer than the limit
   */
  void await(Duration limit) {
    gpu().makeCurrent();
    long begin = System.nanoTime();
    long pause = FIRST_PAUSE_NANOS;
    for (int result = cuStreamQuery(stream);
        result != CUresult.CUDA_SUCCESS;
        result = cuStreamQuery(stream)) {
      if (result != CUresult.CUDA_ERROR_NOT_READY) {
        throw Driver.failure(result, "running %s on %s".formatted(working, gpu()));
      }
      if (System.nanoTime() - begin > limit.toNanos()) {
        throw new GpuException(
            result,
            "running %s on %s: not done after %.1f s, allowed are %.1f s (-Dtoymodels.gpu.watchdog)"
                .formatted(
                    working, gpu(), (System.nanoTime() - begin) / 1e9, limit.toNanos() / 1e9));
      }
      LockSupport.parkNanos(pause);
      pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
    }
  }

  @Override
  int release() {
    return cuStreamDestroy(stream);
  }
}
