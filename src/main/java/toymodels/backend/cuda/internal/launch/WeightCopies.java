package toymodels.backend.cuda.internal.launch;

import java.util.Optional;
import toymodels.backend.cuda.internal.driver.DeviceMemory;
import toymodels.backend.cuda.internal.driver.Gpu;
import toymodels.model.ModelShape;

/**
 * Copies of a training's weights on its GPU, for a reader on another thread. There are two: one is
 * written while the other is read, so that neither thread ever waits for the other.
 */
public final class WeightCopies implements AutoCloseable {
  private static final int NONE = -1;

  private final DeviceMemory[] copies = new DeviceMemory[2];
  private final Copy[] contents = new Copy[2];
  private final ModelShape shape;
  private final int models;
  private int newest = NONE;
  private int read = NONE;
  private int written = NONE;
  private boolean closed;

  /**
   * What a copy holds.
   *
   * @param step steps taken
   * @param tag what the writer says of it
   */
  public record Copy(int step, Object tag) {}

  /** A copy that stays as it is until it is closed. */
  public final class Held implements AutoCloseable {
    private final int slot;

    private Held(int slot) {
      this.slot = slot;
    }

    public Copy content() {
      return contents[slot];
    }

    DeviceMemory memory() {
      return copies[slot];
    }

    @Override
    public void close() {
      release();
    }
  }

  /** Allocates on a GPU. */
  public WeightCopies(Gpu gpu, ModelShape shape, int models) {
    this.shape = shape;
    this.models = models;
    try {
      for (int i = 0; i < copies.length; i++) {
        long bytes = models * shape.parameters() * Float.BYTES;
        copies[i] = new DeviceMemory(gpu, "weights to be seen", bytes);
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Whether they have room for exactly these models. */
  public boolean fit(ModelShape other, int count) {
    return shape.equals(other) && models == count;
  }

  /**
   * Copies weights, on the thread that trains.
   *
   * @return false if both copies are in use, or there are none any more: nothing was done
   */
  public boolean take(DeviceWeights weights, Copy content) {
    int slot;
    synchronized (this) {
      slot = newest == NONE ? 0 : 1 - newest;
      if (closed || slot == read) {
        return false;
      }
      written = slot;
    }
    Copy done = null;
    try {
      weights.copyWeights(copies[slot]);
      done = content;
    } finally {
      finish(slot, done);
    }
    return true;
  }

  private synchronized void finish(int slot, Copy content) {
    contents[slot] = content;
    newest = slot;
    written = NONE;
    notifyAll();
  }

  /** The newest copy with this tag, held for reading, if it is still there. One at a time. */
  public synchronized Optional<Held> hold(Object tag) {
    for (int i = 0; newest != NONE && i < copies.length && !closed; i++) {
      int slot = (newest + i) % copies.length;
      if (slot != written && contents[slot] != null && contents[slot].tag() == tag) {
        read = slot;
        return Optional.of(new Held(slot));
      }
    }
    return Optional.empty();
  }

  private synchronized void release() {
    read = NONE;
  }

  /** Gives the memory back, once a copy that is being written is done. */
  @Override
  public synchronized void close() {
    closed = true;
    boolean interrupted = false;
    while (written != NONE) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    for (DeviceMemory copy : copies) {
      if (copy != null) {
        copy.close();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
