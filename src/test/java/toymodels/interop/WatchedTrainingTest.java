package toymodels.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import toymodels.backend.Backends;
import toymodels.train.Backend;
import toymodels.train.Checkpoint;
import toymodels.train.ModelSlice;
import toymodels.train.Study;
import toymodels.train.Trainer;
import toymodels.train.TrainingEvent;
import toymodels.viewer.TrainingControl;

/** A run's training with a viewer beside it. */
class WatchedTrainingTest {
  private static final int STEPS = 3_000;

  /** Trains as a run does: asking for what it keeps, at steps of its own. */
  private static Checkpoint drive(Backend backend, Study study, IntConsumer between) {
    try (Trainer trainer = backend.start(study, ModelSlice.all(study), Optional.empty())) {
      trainer.snapshot();
      for (int step = 500; step <= STEPS; step += 500) {
        trainer.advance(step - trainer.stepsTaken());
        trainer.snapshot();
        trainer.losses();
        between.accept(step);
      }
      return trainer.checkpoint();
    }
  }

  @Test
  void what_is_watched_is_told_of_as_what_trains() {
    Study study = LiveTrainingTest.study(STEPS);
    try (Backend backend = Backends.open("reference", 1)) {
      WatchedTraining watched = new WatchedTraining(backend, study, new SceneFactory("watched"));
      assertEquals(backend.name(), watched.name());
      assertEquals(backend.description(), watched.description());
      assertEquals(backend.determinism(), watched.determinism());
    }
  }

  @Test
  void a_run_trains_the_same_bits_watched_and_left() throws Exception {
    Study study = LiveTrainingTest.study(STEPS);
    try (Backend backend = Backends.open("cpu", 1)) {
      Checkpoint plain = TrainingEvent.replay(backend, study, java.util.List.of());
      for (int leaveAt : new int[] {0, 1_200, Integer.MAX_VALUE}) {
        WatchedTraining watched = new WatchedTraining(backend, study, new SceneFactory("watched"));
        AtomicInteger seen = new AtomicInteger(-1);
        Thread viewer =
            new Thread(
                () -> {
                  while (watched.live() && watched.newest().step() < leaveAt) {
                    seen.set(Math.max(seen.get(), watched.newest().step()));
                    Thread.onSpinWait();
                  }
                  watched.close();
                });
        viewer.start();
        // Who looks finds a newer step after the next one; a slow viewer is waited for here only.
        IntConsumer between =
            step -> {
              while (leaveAt == Integer.MAX_VALUE && seen.get() < (step < 1_000 ? 0 : 1)) {
                Thread.onSpinWait();
              }
            };
        Checkpoint trained = drive(watched, study, between);
        watched.end();
        viewer.join();
        assertTrue(plain.weights().sameBits(trained.weights()), "weights, left at " + leaveAt);
        assertTrue(plain.firstMoments().sameBits(trained.firstMoments()), "moments");
        assertEquals(STEPS, watched.newest().step());
        assertFalse(
            watched.adjust(TrainingControl.DENSITY, 2), "a run is trained as its config says");
        if (leaveAt == Integer.MAX_VALUE) {
          assertEquals(7, watched.timeline().keyframes().length);
          assertEquals(1_000, watched.at(1_000).step());
        }
      }
    }
  }
}
