package toymodels.cli;

import java.util.Arrays;
import toymodels.interop.Casting;
import toymodels.interop.LiveTraining;
import toymodels.train.Backend;
import toymodels.viewer.Feeds;
import toymodels.viewer.Studio;
import toymodels.viewer.View;

/** Measures what a frame takes, and what looking costs a training. */
final class ViewBenchmark {
  private static final int STEPS = 1_000_000_000;
  private static final int FRAMES = 100;
  private static final double SECONDS = 5;
  private static final double FRAME_SECONDS = 1 / 60.0;

  private final Terminal terminal;
  private final TrainingOptions options;

  ViewBenchmark(Terminal terminal, TrainingOptions options) {
    this.terminal = terminal;
    this.options = options;
  }

  int run(int width, int height) throws InterruptedException {
    try (Backend backend = options.open()) {
      double alone = stepsPerSecond(backend, null, width, height);
      try (Studio studio = Studio.open(Studio.Choice.AUTO, Feeds.FROM_HOST)) {
        terminal.out().println(studio.reason());
        double watched = stepsPerSecond(backend, studio, width, height);
        terminal
            .out()
            .printf(
                "training alone %.0f steps/s, watched at 60 frames/s %.0f steps/s: %.1f %% less%n",
                alone, watched, 100 * (1 - watched / alone));
        frames(backend, studio, width, height);
      }
    }
    return 0;
  }

  private double stepsPerSecond(Backend backend, Studio studio, int width, int height)
      throws InterruptedException {
    try (LiveTraining live = live(backend)) {
      View view = new View(live.newest().cast());
      Thread.sleep(1500);
      live.newest();
      Thread.sleep(50);
      int before = live.newest().step();
      long start = System.nanoTime();
      while (System.nanoTime() - start < SECONDS * 1e9) {
        long frame = System.nanoTime();
        if (studio != null) {
          studio.draw(live.newest(), view, live.timeline(), width, height, 1);
        }
        double left = FRAME_SECONDS - (System.nanoTime() - frame) * 1e-9;
        if (left > 0) {
          Thread.sleep((long) (left * 1000));
        }
      }
      live.newest();
      Thread.sleep(50);
      int after = live.newest().step();
      return (after - before) * 1e9 / (System.nanoTime() - start);
    }
  }

  private static LiveTraining live(Backend backend) {
    return new LiveTraining(backend, ViewSources.intro(STEPS), new Casting("benchmark"), 2);
  }

  private void frames(Backend backend, Studio studio, int width, int height) {
    try (LiveTraining live = live(backend)) {
      View view = new View(live.newest().cast());
      double[] millis = new double[FRAMES];
      for (int i = -10; i < FRAMES; i++) {
        long start = System.nanoTime();
        studio.draw(live.newest(), view, live.timeline(), width, height, 1);
        if (i >= 0) {
          millis[i] = (System.nanoTime() - start) * 1e-6;
        }
      }
      Arrays.sort(millis);
      terminal
          .out()
          .printf(
              "a frame of %d models at %d x %d, read back: median %.1f ms, p99 %.1f ms%n",
              live.newest().cast().models(),
              width,
              height,
              millis[FRAMES / 2],
              millis[FRAMES * 99 / 100]);
    }
  }
}
