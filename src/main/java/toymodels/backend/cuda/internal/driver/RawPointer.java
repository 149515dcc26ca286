package toymodels.backend.cuda.internal.driver;

import jcuda.Pointer;
import toymodels.natives.JCuda;

/** A pointer by its number. JCuda keeps the number to itself and its subclasses. */
public final class RawPointer extends Pointer {
  static {
    JCuda.require();
  }

  RawPointer(Pointer pointer) {
    super(pointer);
  }

  private RawPointer(long address) {
    super(address);
  }

  /** A pointer to native memory at this address. */
  public static RawPointer at(long address) {
    return new RawPointer(address);
  }

  long address() {
    return getNativePointer() + getByteOffset();
  }
}
