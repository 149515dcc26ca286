package toymodels.backend.cpu;

import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicInteger;
import toymodels.train.Adam;
import toymodels.train.Checkpoint;

/**
 * Some steps of one model on threads that come when they can: in each phase they take pieces of
 * work until none is left, and meet. Each tile of samples has two phases, samples and gradients.
 */
final class SharedSteps extends Phaser {
  private final SharedStep step;
  private final TrainedModel model;
  private final Checkpoint state;
  private final int k;
  private final int from;
  private final Adam.Update[] updates;
  private final long key;
  private final AtomicInteger next = new AtomicInteger();

  /** These change only while all threads wait for each other. */
  private int taken;

  private int tile;
  private boolean samples = true;

  SharedSteps(
      SharedStep step,
      TrainedModel model,
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
        int pieces = samples ? step.samplePieces(tile) : step.gradientPieces();
        for (int piece = next.getAndIncrement(); piece < pieces; piece = next.getAndIncrement()) {
          if (samples) {
            step.samples(thread, piece, key, from + taken, tile);
          } else {
            step.gradients(thread, piece, tile, updates[taken]);
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
    tile++;
    if (tile < step.tiles()) {
      return false;
    }
    tile = 0;
    taken++;
    state.losses()[k] = step.loss();
    if (model.divergedAfter(from + taken, state, k) || taken == updates.length) {
      return true;
    }
    step.begin();
    return false;
  }
}
