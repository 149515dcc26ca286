package toymodels.backend.cuda.internal.driver;

import static jcuda.driver.JCudaDriver.cuEventCreate;
import static jcuda.driver.JCudaDriver.cuEventDestroy;
import static jcuda.driver.JCudaDriver.cuEventElapsedTime;
import static jcuda.driver.JCudaDriver.cuEventQuery;
import static jcuda.driver.JCudaDriver.cuEventRecord;

import java.time.Duration;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import toymodels.backend.cuda.GpuException;
import toymodels.natives.JCuda;

/** A moment in a stream, by the GPU's own clock. */
final class GpuEvent extends GpuResource {
  static {
    JCuda.require();
  }

  private static final double SECONDS_OF_MILLISECOND = 1e-3;

  private final CUevent event = new CUevent();

  GpuEvent(Gpu gpu) {
    super(gpu, "event");
    Driver.check(
        cuEventCreate(event, CUevent_flags.CU_EVENT_DEFAULT), () -> "opening an event on " + gpu);
    opened();
  }

  /** Marks the moment when all work given to the stream so far is done. */
  void record(GpuStream stream) {
    gpu().makeCurrent();
    Driver.check(cuEventRecord(event, stream.handle()), () -> "marking a moment on " + gpu());
  }

  /**
   * Waits until all work that the stream was given before the moment is done.
   *
   * @throws GpuException if the work failed, or took longer than the limit
   */
  void await(Duration limit, GpuStream stream) {
    gpu().makeCurrent();
    Polling.await(() -> cuEventQuery(event), limit, stream::doing);
  }

  /** Seconds from an earlier moment to this; the stream must have been waited for. */
  double secondsSince(GpuEvent earlier) {
    float[] milliseconds = new float[1];
    Driver.check(
        cuEventElapsedTime(milliseconds, earlier.event, event),
        () -> "measuring the time between two moments on " + gpu());
    return milliseconds[0] * SECONDS_OF_MILLISECOND;
  }

  @Override
  public int release() {
    return cuEventDestroy(event);
  }
}
