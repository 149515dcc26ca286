package toymodels.backend.cpu.internal.dense;

import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicInteger;
import toymodels.train.Adam;
import toymodels.train.Checkpoint;

/**
 * Some steps of one model on threads that come when they can: in each phase they take pieces of
 * work until none is left, and meet. Each micro-batch of samples has two phases, samples and
 * gradients.
 */
final class ParallelStepRunner extends Phaser {
  private final ParallelStep step;
  private final ModelState model;
  private final Checkpoint state;
  private final int k;
  private final int from;
  private final Adam.Update[] updates;
  private final long key;
  private final AtomicInteger next = new AtomicInteger();

  /** These change only while all threads wait for each other. */
  private int taken;

  private int microBatch;
  private boolean samples = true;

  ParallelStepRunner(
      ParallelStep step,
      ModelState model,
      Checkpoint state,
      int k,
      int from,
      Adam.Update[] updates,
      long key) {
    this.step = step;
    this.model = model;
    this.state = state;
    this.k = k;
    this.from = from;
    this.updates = updates;
    this.key = key;
    step.begin();
  }

  /** Works with whoever else has joined, until all steps are taken. */
  void join(int thread) {
    try {
      for (int phase = register(); phase >= 0; phase = arriveAndAwaitAdvance()) {
        int pieces = samples ? step.samplePieces(microBatch) : step.gradientPieces();
        for (int piece = next.getAndIncrement(); piece < pieces; piece = next.getAndIncrement()) {
          if (samples) {
            step.samples(thread, piece, key, from + taken, microBatch);
          } else {
            step.gradients(thread, piece, microBatch, updates[taken]);
          }
        }
      }
    } catch (RuntimeException | Error e) {
      // Or the others would wait for this thread.
      forceTermination();
      throw e;
    }
  }

  /** Goes on to the next phase; true when there is none. */
  @Override
  protected boolean onAdvance(int phase, int threads) {
    next.set(0);
    samples = !samples;
    if (!samples) {
      return false;
    }
    microBatch++;
    if (microBatch < step.microBatches()) {
      return false;
    }
    microBatch = 0;
    taken++;
    state.losses()[k] = step.loss();
    if (model.divergedAfter(from + taken, state, k) || taken == updates.length) {
      return true;
    }
    step.begin();
    return false;
  }
}
