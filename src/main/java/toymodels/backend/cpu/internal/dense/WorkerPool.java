package toymodels.backend.cpu.internal.dense;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** A fixed number of threads, the caller's among them, that take pieces of work one by one. */
public final class WorkerPool implements AutoCloseable {
  /** Does one piece of work on one of the threads. */
  public interface Work {
    void on(int thread, int piece);
  }

  private final int threads;
  private final ExecutorService others;

  public WorkerPool(int threads) {
    this.threads = threads;
    others =
        Executors.newFixedThreadPool(
            Math.max(1, threads - 1),
            work -> {
              Thread thread = new Thread(work, "toymodels-cpu");
              thread.setDaemon(true);
              return thread;
            });
  }

  public int threads() {
    return threads;
  }

  /** Does pieces 0 to {@code pieces - 1} on the first {@code width} threads; ends when all are. */
  public void parallelFor(int pieces, int width, Work work) {
    AtomicInteger next = new AtomicInteger();
    List<Future<?>> running = new ArrayList<>();
    for (int i = 1; i < width; i++) {
      int thread = i;
      running.add(others.submit(() -> take(next, pieces, thread, work)));
    }
    try {
      take(next, pieces, 0, work);
    } finally {
      next.set(pieces);
      running.forEach(WorkerPool::await);
    }
  }

  private static void take(AtomicInteger next, int pieces, int thread, Work work) {
    for (int piece = next.getAndIncrement(); piece < pieces; piece = next.getAndIncrement()) {
      work.on(thread, piece);
    }
  }

  /** Waits even when interrupted, since a thread may still be writing; passes the flag on. */
  private static void await(Future<?> thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.get();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException e) {
        throw new IllegalStateException("a training thread failed: " + e.getCause(), e.getCause());
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    others.shutdown();
  }
}
