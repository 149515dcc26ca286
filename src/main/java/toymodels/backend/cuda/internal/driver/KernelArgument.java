package toymodels.backend.cuda.internal.driver;

import java.nio.ByteBuffer;
import jcuda.Pointer;
import toymodels.natives.JCuda;

/**
 * A kernel's one parameter, a structure, in native memory, and the {@code void**} that points at
 * it. Handing the driver this table as one raw pointer makes a launch ten times cheaper than
 * JCuda's pointers to pointers, which are resolved one by one through JNI.
 */
public final class KernelArgument implements AutoCloseable {
  static {
    JCuda.require();
  }

  /** One pointer, padded to the largest alignment that a structure may have. */
  private static final int TABLE_BYTES = 16;

  private final PinnedMemory memory;
  private final ByteBuffer value;
  private final Pointer table;

  public KernelArgument(Gpu gpu, int bytes) {
    memory = new PinnedMemory(gpu, "kernel argument", TABLE_BYTES + (long) bytes);
    memory.buffer().putLong(0, memory.address() + TABLE_BYTES);
    value = memory.buffer().slice(TABLE_BYTES, bytes).order(memory.buffer().order());
    table = RawPointer.at(memory.address());
  }

  int bytes() {
    return value.capacity();
  }

  /** The structure's bytes: written before a launch, copied by it. */
  public ByteBuffer value() {
    return value;
  }

  Pointer table() {
    return table;
  }

  @Override
  public void close() {
    memory.close();
  }
}
