package toymodels.interop;

import java.util.Optional;
import toymodels.backend.Backends;
import toymodels.model.ModelBatch;
import toymodels.train.Backend;
import toymodels.train.Checkpoint;
import toymodels.train.ModelSlice;
import toymodels.train.Study;
import toymodels.train.Trainer;

/**
 * The CPU backend, whose training stops before each step that a test has not allowed: what happens
 * between two steps does not depend on which thread is faster.
 */
final class PacedBackend implements Backend {
  private final Backend inner = Backends.open("cpu", 1);
  private int allowed;
  private int taken;

  /** Lets training take steps up to this one, and waits until it has. */
  synchronized void reach(int step) throws InterruptedException {
    allow(step);
    while (taken < step) {
      wait();
    }
  }

  /** Lets training go on to its end. */
  void release() {
    allow(Integer.MAX_VALUE);
  }

  private synchronized void allow(int step) {
    allowed = step;
    notifyAll();
  }

  private synchronized int allowedAfter(int step) throws InterruptedException {
    taken = step;
    notifyAll();
    while (allowed <= step) {
      wait();
    }
    return allowed - step;
  }

  @Override
  public Trainer start(Study study, ModelSlice range, Optional<Checkpoint> from) {
    Trainer trainer = inner.start(study, range, from);
    return new Trainer() {
      @Override
      public void advance(int steps) {
        int end = trainer.stepsTaken() + steps;
        try {
          while (trainer.stepsTaken() < end) {
            int some = allowedAfter(trainer.stepsTaken());
            trainer.advance(Math.min(some, end - trainer.stepsTaken()));
          }
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }

      @Override
      public int stepsTaken() {
        return trainer.stepsTaken();
      }

      @Override
      public float[] losses() {
        return trainer.losses();
      }

      @Override
      public ModelBatch snapshot() {
        return trainer.snapshot();
      }

      @Override
      public Checkpoint checkpoint() {
        return trainer.checkpoint();
      }

      @Override
      public void close() {
        trainer.close();
      }
    };
  }

  @Override
  public String name() {
    return inner.name();
  }

  @Override
  public String description() {
    return inner.description();
  }

  @Override
  public void close() {
    inner.close();
  }
}
