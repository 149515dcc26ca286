package toymodels.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toymodels.backend.Backends;
import toymodels.train.Backend;
import toymodels.train.Checkpoint;
import toymodels.train.Study;
import toymodels.viewer.Feeds;
import toymodels.viewer.Image;
import toymodels.viewer.Png;
import toymodels.viewer.Scene;
import toymodels.viewer.Source;
import toymodels.viewer.Studio;
import toymodels.viewer.Timeline;
import toymodels.viewer.View;
import toymodels.viewer.Viewer;

/** A real window on a virtual screen, in a process of its own. */
class WindowTest {
  private static final int FRAMES = 120;

  /** What happens in the process with the window. */
  public static final class InWindow {
    public static void main(String[] args) throws Exception {
      Study study = LiveTrainingTest.study(3_000);
      Checkpoint last;
      long frames = 0;
      try (Backend backend = Backends.open("cpu", 1);
          LiveTraining live = new LiveTraining(backend, study, new Casting("In a window"), 20)) {
        View view = new View(live.newest().cast());
        try (Viewer viewer =
            Viewer.open(live, view, 640, 480, live.feeds(), Path.of("."), System.out::println)) {
          while (frames < FRAMES && viewer.frame()) {
            frames = viewer.frames();
          }
          Files.write(Path.of(args[0]), Png.encode(viewer.read(), view.camera().toJson()));
        }
        // The window is gone; training is not.
        last = live.await();
      }
      Scene end =
          Casting.scene(new Casting("The end").cast(study), 3_000, last.weights(), last.losses());
      Image shown;
      try (Viewer viewer =
          Viewer.open(
              Source.still(end),
              new View(end.cast()),
              640,
              480,
              Feeds.FROM_HOST,
              Path.of("."),
              s -> {})) {
        viewer.frame();
        shown = viewer.read();
      }
      boolean same;
      try (Studio studio = Studio.open(Studio.Choice.OPENGL, Feeds.FROM_HOST)) {
        Image alone =
            studio.draw(end, new View(end.cast()), Timeline.NONE, shown.width(), shown.height(), 1);
        same = Arrays.equals(alone.rgba(), shown.rgba());
      }
      Checkpoint plain;
      try (Backend backend = Backends.open("cpu", 1)) {
        plain = TrainingEvent.replay(backend, study, List.of());
      }
      System.out.println("frames " + frames);
      System.out.println("same picture " + same);
      System.out.println("same bits " + plain.weights().sameBits(last.weights()));
    }
  }

  @Test
  void a_window_shows_live_training_and_its_end_is_not_trainings(@TempDir Path directory)
      throws Exception {
    if (!new File("/usr/bin/Xvfb").canExecute()) {
      String reason = "there is no Xvfb for a window: apt-get install xvfb";
      if ("required".equals(System.getProperty("gl"))) {
        fail(reason);
      }
      Assumptions.abort("skipped: " + reason);
    }
    Path number = directory.resolve("display");
    Process screen =
        new ProcessBuilder(
                "/bin/sh",
                "-c",
                "exec Xvfb -displayfd 3 -screen 0 1280x800x24 -nolisten tcp 3>" + number)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("xvfb.log").toFile())
            .start();
    try {
      for (int i = 0; i < 600 && (Files.notExists(number) || Files.size(number) == 0); i++) {
        Thread.sleep(50);
      }
      Path picture = Path.of("target", "viewer", "window.png").toAbsolutePath();
      Files.createDirectories(picture.getParent());
      ProcessBuilder builder =
          new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "--add-modules=jdk.incubator.vector",
              "-cp",
              System.getProperty("java.class.path"),
              InWindow.class.getName(),
              picture.toString());
      builder.directory(directory.toFile());
      builder.environment().put("DISPLAY", ":" + Files.readString(number).strip());
      Process process = builder.redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(process.waitFor(60, TimeUnit.SECONDS));
      assertEquals(0, process.exitValue(), output);
      assertTrue(output.contains("frames " + FRAMES), output);
      assertTrue(output.contains("same picture true"), output);
      assertTrue(output.contains("same bits true"), output);
    } finally {
      screen.destroy();
    }
  }
}
