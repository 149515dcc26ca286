package toymodels.backend.cuda;

import static jcuda.driver.JCudaDriver.cuCtxSynchronize;
import static jcuda.driver.JCudaDriver.cuEventCreate;
import static jcuda.driver.JCudaDriver.cuEventDestroy;
import static jcuda.driver.JCudaDriver.cuEventRecord;
import static jcuda.driver.JCudaDriver.cuEventSynchronize;
import static jcuda.driver.JCudaDriver.cuMemAllocHost;
import static jcuda.driver.JCudaDriver.cuMemFreeHost;
import static jcuda.driver.JCudaDriver.cuMemcpyDtoD;
import static jcuda.driver.JCudaDriver.cuMemcpyDtoDAsync;
import static jcuda.driver.JCudaDriver.cuMemcpyDtoH;
import static jcuda.driver.JCudaDriver.cuMemcpyHtoD;
import static jcuda.driver.JCudaDriver.cuMemcpyHtoDAsync;
import static jcuda.driver.JCudaDriver.cuMemsetD8;
import static jcuda.driver.JCudaDriver.cuStreamCreate;
import static jcuda.driver.JCudaDriver.cuStreamDestroy;
import static jcuda.driver.JCudaDriver.cuStreamQuery;
import static jcuda.driver.JCudaDriver.cuStreamSynchronize;
import static jcuda.driver.JCudaDriver.cuStreamWaitEvent;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import jcuda.Pointer;
import jcuda.driver.CUevent;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import toymodels.backend.cuda.DriverEmulator.Knob;
import toymodels.backend.cuda.internal.driver.DeviceMemory;
import toymodels.backend.cuda.internal.driver.Driver;
import toymodels.backend.cuda.internal.driver.Gpu;

/**
 * The emulator's default stream is as late as CUDA's manual allows: its copies and fills are seen
 * by who must wait for it, and not by a stream that was opened NON_BLOCKING. Each test fills a
 * buffer with 7 on the default stream and copies from it on another.
 */
@ExtendWith(DriverEmulator.class)
class DefaultStreamTest {
  private static final int BYTES = 64;
  private static final byte NEW = 7;

  private Gpu gpu;
  private DeviceMemory source;
  private DeviceMemory target;

  @BeforeEach
  void open() {
    DriverEmulator.requireEmulator();
    gpu = Gpu.open(0);
    source = new DeviceMemory(gpu, "source", BYTES);
    target = new DeviceMemory(gpu, "target", BYTES);
    ok(cuMemsetD8(source.pointer(), (byte) 1, BYTES));
    ok(cuMemsetD8(target.pointer(), (byte) 2, BYTES));
    ok(cuCtxSynchronize());
  }

  @AfterEach
  void close() {
    target.close();
    source.close();
    gpu.close();
  }

  private static void ok(int result) {
    assertEquals(CUresult.CUDA_SUCCESS, result, () -> Driver.describe(result));
  }

  private static Pointer pageable() {
    ByteBuffer host = DeviceMemory.hostBuffer(BYTES);
    for (int i = 0; i < BYTES; i++) {
      host.put(NEW);
    }
    return Pointer.toBuffer(host.rewind());
  }

  private byte first(DeviceMemory memory) {
    ByteBuffer host = DeviceMemory.hostBuffer(BYTES);
    ok(cuMemcpyDtoH(Pointer.toBuffer(host), memory.pointer(), BYTES));
    return host.get(0);
  }

  private CUstream stream(int flags) {
    CUstream stream = new CUstream();
    ok(cuStreamCreate(stream, flags));
    return stream;
  }

  /** What a stream reads of the source right after the default stream was given work. */
  private byte readBy(CUstream stream) {
    ok(cuMemcpyDtoDAsync(target.pointer(), source.pointer(), BYTES, stream));
    ok(cuStreamSynchronize(stream));
    return first(target);
  }

  private Map<String, Runnable> fills(DeviceMemory other) {
    return Map.of(
        "a copy of pageable memory",
        () -> ok(cuMemcpyHtoD(source.pointer(), pageable(), BYTES)),
        "a fill",
        () -> ok(cuMemsetD8(source.pointer(), NEW, BYTES)),
        "a copy within the device",
        () -> ok(cuMemcpyDtoD(source.pointer(), other.pointer(), BYTES)));
  }

  @Test
  void a_non_blocking_stream_does_not_wait_for_it_and_a_blocking_one_does() {
    CUstream nonBlocking = stream(CUstream_flags.CU_STREAM_NON_BLOCKING);
    CUstream blocking = stream(CUstream_flags.CU_STREAM_DEFAULT);
    try (DeviceMemory other = new DeviceMemory(gpu, "sevens", BYTES)) {
      fills(other)
          .forEach(
              (what, fill) -> {
                for (int mode : List.of(DriverEmulator.IMMEDIATE, DriverEmulator.DEFERRED)) {
                  DriverEmulator.set(Knob.MODE, mode);
                  ok(cuMemsetD8(other.pointer(), NEW, BYTES));
                  ok(cuMemsetD8(source.pointer(), (byte) 1, BYTES));
                  ok(cuStreamSynchronize(null));
                  fill.run();
                  assertEquals(1, readBy(nonBlocking), what);
                  ok(cuMemsetD8(source.pointer(), (byte) 1, BYTES));
                  ok(cuStreamSynchronize(null));
                  fill.run();
                  assertEquals(NEW, readBy(blocking), what);
                }
              });
    }
    ok(cuStreamDestroy(nonBlocking));
    ok(cuStreamDestroy(blocking));
  }

  @Test
  void what_the_manual_promises_to_wait_for_it_does() {
    CUstream nonBlocking = stream(CUstream_flags.CU_STREAM_NON_BLOCKING);
    CUevent event = new CUevent();
    ok(cuEventCreate(event, 0));
    List<Runnable> waits =
        List.of(
            () -> ok(cuStreamSynchronize(null)),
            () -> ok(cuCtxSynchronize()),
            () -> ok(cuStreamQuery(null)),
            () -> assertEquals(NEW, first(source)),
            () -> {
              ok(cuEventRecord(event, null));
              ok(cuEventSynchronize(event));
            },
            () -> {
              ok(cuEventRecord(event, null));
              ok(cuStreamWaitEvent(nonBlocking, event, 0));
            });
    for (int i = 0; i < waits.size(); i++) {
      ok(cuMemsetD8(source.pointer(), (byte) 1, BYTES));
      ok(cuStreamSynchronize(null));
      ok(cuMemcpyHtoD(source.pointer(), pageable(), BYTES));
      waits.get(i).run();
      assertEquals(NEW, readBy(nonBlocking), "wait " + i);
    }
    ok(cuEventRecord(event, nonBlocking));
    ok(cuMemsetD8(source.pointer(), (byte) 1, BYTES));
    ok(cuEventSynchronize(event));
    assertEquals(NEW, readBy(nonBlocking), "an event of another stream");
    ok(cuEventDestroy(event));
    ok(cuStreamDestroy(nonBlocking));
  }

  @Test
  void pinned_memory_is_not_given_back_while_a_copy_is_queued() {
    DriverEmulator.set(Knob.MODE, DriverEmulator.DEFERRED);
    CUstream nonBlocking = stream(CUstream_flags.CU_STREAM_NON_BLOCKING);
    Pointer pinned = new Pointer();
    ok(cuMemAllocHost(pinned, BYTES));
    ok(cuMemcpyHtoDAsync(source.pointer(), pinned, BYTES, nonBlocking));
    int early = cuMemFreeHost(pinned);
    assertNotEquals(CUresult.CUDA_SUCCESS, early);
    assertTrue(Driver.describe(early).contains("1 queued copies"), Driver.describe(early));
    ok(cuStreamSynchronize(nonBlocking));
    ok(cuMemFreeHost(pinned));
    ok(cuStreamDestroy(nonBlocking));
  }
}
