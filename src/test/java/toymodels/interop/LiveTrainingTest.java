package toymodels.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import toymodels.backend.Backends;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.train.Backend;
import toymodels.train.Checkpoint;
import toymodels.train.ModelSlice;
import toymodels.train.Study;
import toymodels.train.Trainer;
import toymodels.train.TrainingEvent;
import toymodels.train.TrainingPlan;
import toymodels.viewer.Scene;
import toymodels.viewer.TrainingControl;

class LiveTrainingTest {
  /** Three densities, two models each. */
  static Study study(int steps) {
    List<Task> tasks =
        DoubleStream.of(1, 0.2, 0.05)
            .mapToObj(
                p -> new Task(FeatureDistribution.independent(5, p), Importance.geometric(5, 0.9)))
            .toList();
    return new Study(
        new ModelShape(ModelKind.RELU_OUTPUT, 5, 2),
        tasks,
        2,
        TrainingPlan.notebook().withSteps(steps).withBatch(32));
  }

  private static Checkpoint plain(Study study) {
    try (Backend backend = Backends.open("cpu", 1);
        Trainer trainer = backend.start(study, ModelSlice.all(study), Optional.empty())) {
      trainer.advance(study.plan().steps());
      return trainer.checkpoint();
    }
  }

  /** Waits until a training that was asked to pause rests. */
  static void rested(LiveTraining live) throws InterruptedException {
    while (!live.status().equals("paused")) {
      assertTrue(live.live(), live.status());
      Thread.sleep(2);
    }
  }

  private static void assertSame(Checkpoint expected, Checkpoint actual) {
    assertEquals(expected.step(), actual.step());
    assertTrue(expected.weights().sameBits(actual.weights()), "weights differ");
    assertTrue(expected.firstMoments().sameBits(actual.firstMoments()), "moments differ");
    assertTrue(expected.secondMoments().sameBits(actual.secondMoments()), "moments differ");
  }

  @Test
  void a_viewer_that_dies_while_it_looks_changes_no_bit() throws Exception {
    Study study = study(3_000);
    try (Backend backend = Backends.open("cpu", 1);
        LiveTraining live = new LiveTraining(backend, study, new SceneFactory("watched"), 40)) {
      Thread viewer =
          new Thread(
              () -> {
                int seen = 0;
                while (live.newest().step() < 500 || seen < 10) {
                  Scene scene = live.at(live.newest().step() / 2);
                  scene.directions()[0] = Float.NaN;
                  seen++;
                }
                throw new IllegalStateException("the viewer dies");
              });
      viewer.setUncaughtExceptionHandler((t, e) -> {});
      viewer.start();
      Checkpoint last = live.await();
      viewer.join();
      assertSame(plain(study), last);
      assertEquals(3_000, live.newest().step());
      assertFalse(live.live());
      assertEquals(3_000, live.timeline().last());
      assertTrue(live.timeline().keyframes().length > 20);
    }
  }

  @Test
  void changes_are_logged_and_repeat_to_the_bit() throws Exception {
    Study study = study(4_000);
    try (PacedBackend backend = new PacedBackend();
        LiveTraining live = new LiveTraining(backend, study, new SceneFactory("changed"), 40)) {
      double[][] changes = {{300, 0, 0.5}, {700, 1, 0.7}, {1_000, 2, 3}, {1_500, 3, 0.2}};
      TrainingControl[] knobs = {
        TrainingControl.DENSITY,
        TrainingControl.IMPORTANCE_DECAY,
        TrainingControl.LEARNING_RATE,
        TrainingControl.PERTURB
      };
      for (double[] change : changes) {
        backend.reach((int) change[0]);
        assertTrue(live.adjust(knobs[(int) change[1]], change[2]));
      }
      backend.release();
      Checkpoint last = live.await();
      List<TrainingEvent> events = live.events();
      assertEquals(
          Stream.of(knobs).map(TrainingControl::name).toList(),
          events.stream().map(e -> e.change().name()).toList());
      assertSame(TrainingEvent.replay(backend, study, events), last);
      assertEquals(0.7f, live.newest().info().importance()[1]);
      assertEquals(0.5f, live.newest().info().density()[0]);
      assertFalse(live.adjust(TrainingControl.DENSITY, 2), "after the end");
    }
  }

  @Test
  void going_on_from_a_keyframe_forgets_what_came_after() throws Exception {
    Study study = study(4_000);
    try (PacedBackend backend = new PacedBackend();
        LiveTraining live = new LiveTraining(backend, study, new SceneFactory("branched"), 40)) {
      backend.reach(500);
      live.adjust(TrainingControl.LEARNING_RATE, 10);
      backend.reach(1_500); // A request is carried out at the next keyframe at the latest.
      int[] frames = live.timeline().keyframes();
      assertTrue(frames[20] < live.events().get(0).step());
      live.adjust(TrainingControl.BRANCH, frames[20]);
      backend.release();
      assertSame(plain(study), live.await());
      assertEquals(List.of(), live.events());
    }
  }

  @Test
  void a_pause_holds_and_ends() throws Exception {
    Study study = study(2_000);
    try (PacedBackend backend = new PacedBackend();
        LiveTraining live = new LiveTraining(backend, study, new SceneFactory("paused"), 10)) {
      backend.reach(100);
      live.adjust(TrainingControl.PAUSE, 0);
      assertEquals("pausing", live.status());
      backend.release();
      rested(live);
      int step = live.step();
      assertTrue(step < 2_000, "paused at " + step);
      Thread.sleep(60);
      assertEquals(step, live.step());
      live.adjust(TrainingControl.PAUSE, 0);
      assertSame(plain(study), live.await());
    }
  }
}
