package toymodels.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import toymodels.backend.Backends;
import toymodels.backend.cuda.CudaBackend;
import toymodels.backend.cuda.CudaOptions;
import toymodels.backend.cuda.DriverEmulator;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.train.Backend;
import toymodels.train.Checkpoint;
import toymodels.train.Study;
import toymodels.train.TrainingEvent;
import toymodels.train.TrainingPlan;
import toymodels.viewer.Colouring;
import toymodels.viewer.Image;
import toymodels.viewer.OffscreenRenderer;
import toymodels.viewer.Projection;
import toymodels.viewer.Scene;
import toymodels.viewer.Timeline;
import toymodels.viewer.TrainingControl;
import toymodels.viewer.VertexUploaders;
import toymodels.viewer.ViewState;
import toymodels.viewer.internal.gl.VertexUploader;

/** Vertices written on the device into OpenGL's buffer: the pixels are those of the host's. */
@ExtendWith(DriverEmulator.class)
class InteropTest {
  private static final int DRAWN = 10;

  /** Remembers the feed that was opened. */
  private static final class Noting implements VertexUploaders {
    private final VertexUploaders feeds;
    private VertexUploader opened;

    Noting(VertexUploaders feeds) {
      this.feeds = feeds;
    }

    @Override
    public int cudaDevice() {
      return feeds.cudaDevice();
    }

    @Override
    public VertexUploader open() {
      opened = feeds.open();
      return opened;
    }

    long written() {
      return ((DeviceUploader) opened).written();
    }
  }

  @BeforeEach
  void needs_opengl() {
    try {
      OffscreenRenderer.open(OffscreenRenderer.Choice.OPENGL, VertexUploaders.FROM_HOST).close();
    } catch (IllegalStateException e) {
      assertFalse("required".equals(System.getProperty("gl")), e.getMessage());
      Assumptions.abort("skipped: " + e.getMessage());
    }
  }

  private static Study study(ModelKind kind, int features, int hidden, int models, int steps) {
    Task task =
        new Task(
            FeatureDistribution.independent(features, 0.2), Importance.geometric(features, 0.9));
    TrainingPlan plan = TrainingPlan.notebook().withSteps(steps).withBatch(32);
    return new Study(new ModelShape(kind, features, hidden), List.of(task), models, plan);
  }

  /** Trains until the viewer has seen a later step, and stops there. */
  private static Scene later(LiveTraining live) throws InterruptedException {
    while (live.newest().step() < 20 && live.live()) {
      Thread.sleep(2);
    }
    live.adjust(TrainingControl.PAUSE, 0);
    LiveTrainingTest.rested(live);
    return live.newest();
  }

  private static Image draw(OffscreenRenderer studio, Scene scene, ViewState view) {
    return studio.draw(scene, view, Timeline.NONE, 480, 360, 1);
  }

  @ParameterizedTest
  @CsvSource({
    "RELU_OUTPUT, 5, 2, 6, COORDINATES",
    "RELU_OUTPUT, 7, 3, 4, COORDINATES",
    "ABSOLUTE_VALUE, 6, 4, 3, FOUR",
    "RELU_OUTPUT, 12, 6, 3, PRINCIPAL",
    "LINEAR, 9, 5, 2, TOUR",
  })
  void the_device_draws_the_pixels_of_the_host(
      ModelKind kind, int features, int hidden, int models, Projection.Kind projection)
      throws Exception {
    Study study = study(kind, features, hidden, models, 1_000_000);
    try (Backend backend = new CudaBackend(CudaOptions.fromProperties());
        LiveTraining live =
            new LiveTraining(backend, study, new SceneFactory("On the device"), 4)) {
      Noting feeds = new Noting(live.feeds());
      Image[] device = new Image[2 * Colouring.values().length];
      Scene scene;
      try (OffscreenRenderer studio =
          OffscreenRenderer.open(OffscreenRenderer.Choice.OPENGL, feeds)) {
        assertTrue(studio.reason().contains("CUDA-OpenGL interop"), studio.reason());
        scene = later(live);
        for (int i = 0; i < device.length; i++) {
          device[i] = draw(studio, scene, view(scene, projection, i));
        }
        assertEquals(device.length, feeds.written(), "pictures made on the device");
      }
      Files.createDirectories(Path.of("target", "viewer"));
      Files.write(
          Path.of("target", "viewer", "interop-" + projection + hidden + ".png"),
          device[0].png(""));
      try (OffscreenRenderer studio =
          OffscreenRenderer.open(OffscreenRenderer.Choice.OPENGL, VertexUploaders.FROM_HOST)) {
        for (int i = 0; i < device.length; i++) {
          Image host = draw(studio, scene, view(scene, projection, i));
          assertArrayEquals(host.rgba(), device[i].rgba(), "colouring " + i);
        }
      }
    }
  }

  /** Every colouring, of all models and of one. */
  private static ViewState view(Scene scene, Projection.Kind projection, int i) {
    Colouring[] all = Colouring.values();
    ViewState view =
        new ViewState(scene.info()).projection(projection).colouring(all[i % all.length]);
    return i < all.length ? view : view.model(scene.info().models() - 1).faces(true);
  }

  @Test
  void the_device_draws_while_models_train_and_changes_no_bit() throws Exception {
    Study study = study(ModelKind.RELU_OUTPUT, 5, 2, 4, 1_000_000_000);
    Checkpoint watched;
    try (Backend backend = new CudaBackend(CudaOptions.fromProperties());
        LiveTraining live = new LiveTraining(backend, study, new SceneFactory("Watched"), 10)) {
      Noting feeds = new Noting(live.feeds());
      try (OffscreenRenderer studio =
          OffscreenRenderer.open(OffscreenRenderer.Choice.OPENGL, feeds)) {
        // However long it takes until so many pictures were made on the device.
        while (feeds.written() < DRAWN) {
          assertTrue(live.live(), live.status());
          Scene scene = live.newest();
          draw(studio, scene, new ViewState(scene.info()));
        }
      }
      live.close();
      watched = live.await();
    }
    try (Backend backend = Backends.open("cpu", 1)) {
      Study until = study.withPlan(study.plan().withSteps(watched.step()));
      Checkpoint plain = TrainingEvent.replay(backend, until, List.of());
      assertTrue(plain.weights().sameBits(watched.weights()), "weights differ from the CPU's");
    }
  }

  @Test
  void without_the_same_device_the_host_copies_and_says_why() throws Exception {
    Study study = study(ModelKind.RELU_OUTPUT, 5, 2, 4, 1_000_000);
    DriverEmulator.set(DriverEmulator.Knob.FOREIGN_GL, 1);
    try (Backend backend = new CudaBackend(CudaOptions.fromProperties());
        LiveTraining live = new LiveTraining(backend, study, new SceneFactory("Elsewhere"), 4);
        OffscreenRenderer studio =
            OffscreenRenderer.open(OffscreenRenderer.Choice.OPENGL, live.feeds())) {
      assertTrue(studio.reason().contains("vertices copied from the host"), studio.reason());
      assertTrue(studio.reason().contains("does not draw with"), studio.reason());
      Scene scene = later(live);
      assertEquals(480, draw(studio, scene, new ViewState(scene.info())).width());
    } finally {
      DriverEmulator.set(DriverEmulator.Knob.FOREIGN_GL, 0);
    }
  }

  @Test
  void models_in_waves_come_from_the_host() throws Exception {
    Study study = study(ModelKind.RELU_OUTPUT, 5, 2, 4, 1_000_000);
    CudaOptions waves = CudaOptions.fromProperties().withModelChunks(2);
    try (Backend backend = new CudaBackend(waves);
        LiveTraining live = new LiveTraining(backend, study, new SceneFactory("In waves"), 4)) {
      Noting feeds = new Noting(live.feeds());
      try (OffscreenRenderer studio =
          OffscreenRenderer.open(OffscreenRenderer.Choice.OPENGL, feeds)) {
        Scene scene = later(live);
        draw(studio, scene, new ViewState(scene.info()));
        assertEquals(0, feeds.written());
        assertEquals("paused", live.status());
      }
    }
  }
}
