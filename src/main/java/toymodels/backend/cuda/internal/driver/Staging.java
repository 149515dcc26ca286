package toymodels.backend.cuda.internal.driver;

import java.nio.ByteBuffer;
import java.time.Duration;
import toymodels.backend.cuda.GpuException;

/**
 * The way between host and device memory: through two pieces of pinned memory in turns, on the
 * stream whose kernels read and write the same memory. One piece is filled or emptied while the
 * other is copied, and no kernel of the stream can come before a copy that was queued before it. A
 * copy of pageable memory on the default stream would promise neither: it may return before the
 * bytes have arrived, and streams that were opened NON_BLOCKING do not wait for it.
 */
public final class Staging implements AutoCloseable {
  private static final long MOST_BYTES = 4 << 20;

  /** Pieces begin at multiples of this, so that no number lies in two of them. */
  private static final long ALIGNMENT = 256;

  private final GpuStream stream;
  private final Duration limit;
  private final Piece[] pieces = new Piece[2];
  private final long pieceBytes;
  private int next;

  /** Fills a piece of what is copied, or takes what a piece holds. */
  @FunctionalInterface
  public interface Part {
    /**
     * @param offset in bytes, where the piece begins in the whole
     * @param piece all of it is to be filled, or taken
     */
    void at(long offset, ByteBuffer piece);
  }

  /** Pinned memory, and when the last copy from or to it was done. */
  private final class Piece implements AutoCloseable {
    private final PinnedMemory memory;
    private final GpuEvent copied;
    private boolean busy;

    Piece(Gpu gpu) {
      memory = new PinnedMemory(gpu, "staging", pieceBytes);
      try {
        copied = new GpuEvent(gpu);
      } catch (RuntimeException e) {
        memory.close();
        throw e;
      }
    }

    ByteBuffer buffer(long count) {
      ByteBuffer all = memory.buffer();
      return all.slice(0, (int) count).order(all.order());
    }

    void queued() {
      busy = true;
      copied.record(stream);
    }

    void await() {
      if (busy) {
        busy = false;
        copied.await(limit, stream);
      }
    }

    /** Waits for the copy that still uses the memory, unless that has failed. */
    @Override
    public void close() {
      try {
        await();
      } catch (GpuException e) {
        System.getLogger(Staging.class.getName())
            .log(System.Logger.Level.DEBUG, "closing what a failed copy used", e);
      } finally {
        copied.close();
        memory.close();
      }
    }
  }

  /**
   * Pins memory.
   *
   * @param stream of all copies
   * @param limit how long a copy, and what was queued before it, may take
   * @param bytes the largest copy that is expected; larger ones take more pieces
   */
  public Staging(Gpu gpu, GpuStream stream, Duration limit, long bytes) {
    this.stream = stream;
    this.limit = limit;
    long rounded = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    this.pieceBytes = Math.max(ALIGNMENT, Math.min(rounded, MOST_BYTES));
    try {
      for (int i = 0; i < pieces.length; i++) {
        pieces[i] = new Piece(gpu);
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private Piece take() {
    Piece piece = pieces[next];
    next = (next + 1) % pieces.length;
    piece.await();
    return piece;
  }

  /** Queues copies of so many bytes to the start of memory; what fills them is done with then. */
  public void upload(DeviceMemory to, long bytes, Part fill) {
    for (long offset = 0; offset < bytes; offset += pieceBytes) {
      long count = Math.min(pieceBytes, bytes - offset);
      Piece piece = take();
      fill.at(offset, piece.buffer(count));
      to.queueUpload(piece.memory, offset, count, stream);
      piece.queued();
    }
  }

  /** Queues a copy of all of a buffer to the start of memory; the buffer may be changed then. */
  public void upload(DeviceMemory to, ByteBuffer host) {
    upload(
        to,
        host.capacity(),
        (offset, piece) -> piece.put(host.slice((int) offset, piece.remaining())));
  }

  /** Copies so many bytes of the start of memory, once all work queued before is done. */
  public void download(DeviceMemory from, long bytes, Part taker) {
    Piece current = bytes > 0 ? fetch(from, 0, bytes) : null;
    for (long offset = 0; offset < bytes; offset += pieceBytes) {
      long following = offset + pieceBytes;
      Piece ahead = following < bytes ? fetch(from, following, bytes) : null;
      current.await();
      taker.at(offset, current.buffer(Math.min(pieceBytes, bytes - offset)));
      current = ahead;
    }
  }

  private Piece fetch(DeviceMemory from, long offset, long bytes) {
    Piece piece = take();
    from.queueDownload(piece.memory, offset, Math.min(pieceBytes, bytes - offset), stream);
    piece.queued();
    return piece;
  }

  @Override
  public void close() {
    for (Piece piece : pieces) {
      if (piece != null) {
        piece.close();
      }
    }
  }
}
