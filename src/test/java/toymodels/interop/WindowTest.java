package toymodels.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toymodels.backend.Backends;
import toymodels.train.Backend;
import toymodels.train.Checkpoint;
import toymodels.train.Study;
import toymodels.train.Trainer;
import toymodels.viewer.Image;
import toymodels.viewer.OffscreenRenderer;
import toymodels.viewer.Scene;
import toymodels.viewer.SceneSource;
import toymodels.viewer.Timeline;
import toymodels.viewer.VertexUploaders;
import toymodels.viewer.ViewState;
import toymodels.viewer.Viewer;
import toymodels.viewer.internal.gl.ContextLostException;
import toymodels.viewer.internal.gl.VertexUploader;
import toymodels.viewer.internal.scene.Projected;

/** A real window on a virtual screen, in a process of its own. */
class WindowTest {
  private static final int FRAMES = 120;

  /** OpenGL is lost at the 40th picture, and works when it is opened again. */
  private static final class LosingOnce implements VertexUploaders {
    private int pictures;

    @Override
    public int cudaDevice() {
      return -1;
    }

    @Override
    public VertexUploader open() {
      VertexUploader host = VertexUploader.fromHost("");
      return new VertexUploader() {
        @Override
        public String name() {
          return host.name();
        }

        @Override
        public void attach(int buffer, long bytes) {
          host.attach(buffer, bytes);
        }

        @Override
        public void fill(Projected projected) {
          if (++pictures == FRAMES / 3) {
            throw new ContextLostException("the graphics card was reset");
          }
          host.fill(projected);
        }

        @Override
        public void close() {
          host.close();
        }
      };
    }
  }

  /** What happens in the process with the window. */
  public static final class InWindow {
    public static void main(String[] args) throws Exception {
      Study study = LiveTrainingTest.study(50_000_000);
      Checkpoint last;
      long frames = 0;
      int reopened;
      try (Backend backend = Backends.open("cpu", 1);
          LiveTraining live =
              new LiveTraining(backend, study, new SceneFactory("In a window"), 20)) {
        ViewState view = new ViewState(live.newest().info()).share(1);
        try (Viewer viewer =
            Viewer.open(
                live, view, 640, 480, new LosingOnce(), Path.of("."), System.out::println)) {
          while (frames < FRAMES && viewer.frame()) {
            frames = viewer.frames();
          }
          reopened = viewer.reopened();
          Files.write(Path.of(args[0]), viewer.read().png(view.camera().toJson()));
        }
        // The window is gone; training is not.
        int before = live.newest().step();
        while (live.newest().step() <= before) {
          Thread.sleep(5);
        }
        live.close();
        last = live.await();
      }
      Scene end =
          SceneFactory.scene(
              new SceneFactory("The end").info(study), last.step(), last.weights(), last.losses());
      Image shown;
      try (Viewer viewer =
          Viewer.open(
              SceneSource.still(end),
              new ViewState(end.info()),
              640,
              480,
              VertexUploaders.FROM_HOST,
              Path.of("."),
              s -> {})) {
        viewer.frame();
        shown = viewer.read();
      }
      boolean same;
      try (OffscreenRenderer studio =
          OffscreenRenderer.open(OffscreenRenderer.Choice.OPENGL, VertexUploaders.FROM_HOST)) {
        Image alone =
            studio.draw(
                end, new ViewState(end.info()), Timeline.NONE, shown.width(), shown.height(), 1);
        same = Arrays.equals(alone.rgba(), shown.rgba());
      }
      Checkpoint plain;
      try (Backend backend = Backends.open("cpu", 1);
          Trainer trainer = backend.start(study)) {
        trainer.advance(last.step());
        plain = trainer.checkpoint();
      }
      System.out.println("frames " + frames);
      System.out.println("opened again " + reopened);
      System.out.println("same picture " + same);
      System.out.println("same bits " + plain.weights().sameBits(last.weights()));
    }
  }

  @Test
  void a_window_shows_live_training_and_its_end_is_not_trainings(@TempDir Path directory)
      throws Exception {
    try (VirtualScreen screen = VirtualScreen.open(directory)) {
      Path picture = Path.of("target", "viewer", "window.png").toAbsolutePath();
      Files.createDirectories(picture.getParent());
      Process process = screen.java(InWindow.class.getName(), picture.toString()).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(process.waitFor(60, TimeUnit.SECONDS));
      assertEquals(0, process.exitValue(), output);
      assertTrue(output.contains("frames " + FRAMES), output);
      assertTrue(output.contains("opened again 1"), output);
      assertTrue(output.contains("same picture true"), output);
      assertTrue(output.contains("same bits true"), output);
    }
  }

  @Test
  void a_run_whose_viewer_was_killed_ends_with_the_same_bits(@TempDir Path directory)
      throws Exception {
    Path config = directory.resolve("five.toml");
    Files.writeString(
        config,
        """
        [model]
        kind = "relu-output"
        features = 5
        hidden = 2
        [data]
        density = 0.1
        [importance]
        uniform = 1.0
        [train]
        steps = 1000000000
        replicas = 4
        batch = 64
        [checkpoint]
        every = 5000
        """);
    try (VirtualScreen screen = VirtualScreen.open(directory)) {
      ProcessBuilder watched =
          screen.java("toymodels.cli.Main", "train", config.toString(), "--backend", "cpu");
      watched.command().addAll(List.of("--view", "--out", directory.resolve("seen").toString()));
      Path log = directory.resolve("seen.log");
      Process process = watched.redirectOutput(log.toFile()).start();
      Path checkpoints = directory.resolve("seen/ckpt");
      for (int i = 0; process.isAlive() && i < 30_000; i++) { // Ten minutes at the most.
        String said = Files.readString(log);
        if (said.contains("drawn by OpenGL") && lastStep(checkpoints) > 0) {
          break;
        }
        Thread.sleep(20);
      }
      process.destroyForcibly().waitFor();
      String said = Files.readString(log);
      assertTrue(said.contains("drawn by OpenGL"), said);
      String[] until = {"--set", "train.steps=" + (lastStep(checkpoints) + 1_000)};
      finish(screen, until, "train", "--resume", directory.resolve("seen").toString());
      String unseen = directory.resolve("unseen").toString();
      finish(screen, until, "train", config.toString(), "--out", unseen);
    }
    assertEquals(
        -1,
        Files.mismatch(
            directory.resolve("seen/final.safetensors"),
            directory.resolve("unseen/final.safetensors")));
  }

  /** The step of the newest checkpoint; 0 if there is none. */
  private static int lastStep(Path checkpoints) throws IOException {
    if (!Files.isDirectory(checkpoints)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(checkpoints)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("step-\\d+\\.safetensors"))
          .mapToInt(name -> Integer.parseInt(name.replaceAll("\\D", "")))
          .max()
          .orElse(0);
    }
  }

  private static void finish(VirtualScreen screen, String[] until, String... arguments)
      throws Exception {
    ProcessBuilder builder = screen.java("toymodels.cli.Main", arguments);
    builder.command().addAll(List.of(until));
    builder.command().addAll(List.of("--backend", "cpu", "--quiet"));
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
  }
}
