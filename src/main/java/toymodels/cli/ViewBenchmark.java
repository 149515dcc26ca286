package toymodels.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.interop.LiveTraining;
import toymodels.interop.SceneFactory;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.run.Build;
import toymodels.train.Backend;
import toymodels.train.Study;
import toymodels.train.TrainingPlan;
import toymodels.viewer.OffscreenRenderer;
import toymodels.viewer.Timeline;
import toymodels.viewer.TrainingControl;
import toymodels.viewer.ViewState;

/** Measures what a frame takes, and what looking costs a training. */
final class ViewBenchmark {
  private static final int[] MODELS = {100, 1_000, 10_000};
  private static final int WATCHED = 100;
  private static final int FEATURES = 20;
  private static final int HIDDEN = 3;
  private static final int STEPS = 1_000_000_000;

  /** Frames of one number of models: so many, or as many as fit into some seconds. */
  private static final int FRAMES = 100;

  private static final double SECONDS = 12;
  private static final int FEWEST = 5;
  private static final int WARM_UP = 3;

  /** Alone and watched in turn, so that what else the machine does meets both. */
  private static final int PAIRS = 8;

  private static final double SLICE = 4;

  private final Terminal terminal;
  private final TrainingOptions options;
  private final int[] pixels;
  private final String command;
  private final ObjectNode result = new ObjectMapper().createObjectNode();

  ViewBenchmark(Terminal terminal, TrainingOptions options, int[] pixels, String command) {
    this.terminal = terminal;
    this.options = options;
    this.pixels = pixels;
    this.command = command;
  }

  int run(boolean json) throws InterruptedException, JsonProcessingException {
    try (Backend backend = options.open(terminal, List.of(study(WATCHED)))) {
      result.put("commit", Build.commit());
      result.put("date", Instant.now().toString());
      result.put("command", command);
      result.put("training", backend.name() + ", " + backend.description());
      result.put("processors", Runtime.getRuntime().availableProcessors());
      result.put("java", System.getProperty("java.version"));
      result.put("width", pixels[0]).put("height", pixels[1]).put("features", FEATURES);
      ArrayNode frames = result.putArray("frames");
      for (int models : MODELS) {
        frames(backend, models, frames.addObject());
      }
      cost(backend, result.putObject("training_cost"));
    }
    terminal.out().println(json ? pretty() : text());
    return 0;
  }

  private static Study study(int models) {
    Task task =
        new Task(
            FeatureDistribution.independent(FEATURES, 0.1), Importance.geometric(FEATURES, 0.9));
    return new Study(
        new ModelShape(ModelKind.RELU_OUTPUT, FEATURES, HIDDEN),
        List.of(task),
        models,
        TrainingPlan.notebook().withSteps(STEPS).withBatch(64));
  }

  private static LiveTraining live(Backend backend, int models) {
    return new LiveTraining(backend, study(models), new SceneFactory("benchmark"), 2);
  }

  /** Frames of a training that pauses, so that they have the machine to themselves. */
  private void frames(Backend backend, int models, ObjectNode to) throws InterruptedException {
    try (LiveTraining live = live(backend, models);
        OffscreenRenderer studio =
            OffscreenRenderer.open(OffscreenRenderer.Choice.AUTO, live.feeds())) {
      result.put("drawing", studio.reason());
      for (int before = 0; live.newest().step() == 0 || live.newest().step() == before; ) {
        before = live.newest().step();
        Thread.sleep(20);
      }
      live.adjust(TrainingControl.PAUSE, 0);
      Thread.sleep(200);
      ViewState view = new ViewState(live.newest().info()).share(1);
      double[] seconds = new double[FRAMES];
      int count = 0;
      Duration cpu = cpu();
      long end = System.nanoTime() + (long) (SECONDS * 1e9);
      for (int i = -WARM_UP; i < FRAMES && (count < FEWEST || System.nanoTime() < end); i++) {
        long start = System.nanoTime();
        studio.draw(live.newest(), view, Timeline.NONE, pixels[0], pixels[1], 1);
        if (i == -1) {
          cpu = cpu();
        }
        if (i >= 0) {
          seconds[count++] = (System.nanoTime() - start) * 1e-9;
        }
      }
      double[] sorted = Arrays.copyOf(seconds, count);
      Arrays.sort(sorted);
      to.put("models", models).put("measured", count);
      to.put("processor_ms", cpu().minus(cpu).toMillis() / (double) count);
      to.put("median_ms", 1e3 * sorted[count / 2]);
      to.put("p99_ms", 1e3 * sorted[Math.min(count - 1, count * 99 / 100)]);
    }
  }

  /** Of all threads, OpenGL's too: what a busy machine cannot stretch. */
  private static Duration cpu() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private void cost(Backend backend, ObjectNode to) throws InterruptedException {
    double[] lost = new double[PAIRS];
    long frames = 0;
    double alone = 0;
    double watched = 0;
    try (LiveTraining live = live(backend, WATCHED);
        OffscreenRenderer studio =
            OffscreenRenderer.open(OffscreenRenderer.Choice.AUTO, live.feeds())) {
      ViewState view = new ViewState(live.newest().info());
      Thread.sleep(1_000);
      studio.watch(live, view, pixels[0], pixels[1], until(1));
      for (int i = 0; i < PAIRS; i++) {
        int before = live.step();
        long start = System.nanoTime();
        Thread.sleep((long) (SLICE * 1e3));
        double a = (live.step() - before) * 1e9 / (System.nanoTime() - start);
        before = live.step();
        start = System.nanoTime();
        frames += studio.watch(live, view, pixels[0], pixels[1], until(SLICE)).length;
        double w = (live.step() - before) * 1e9 / (System.nanoTime() - start);
        lost[i] = 1 - w / a;
        alone += a / PAIRS;
        watched += w / PAIRS;
      }
    }
    Arrays.sort(lost);
    to.put("models", WATCHED).put("pairs", PAIRS).put("seconds_each", SLICE);
    to.put("steps_per_second_alone", alone).put("steps_per_second_watched", watched);
    to.put("frames_per_second", frames / (PAIRS * SLICE));
    to.put("lost_median", (lost[(PAIRS - 1) / 2] + lost[PAIRS / 2]) / 2);
    to.put("lost_least", lost[0]).put("lost_most", lost[PAIRS - 1]);
  }

  private static BooleanSupplier until(double seconds) {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    return () -> System.nanoTime() >= end;
  }

  private String pretty() throws JsonProcessingException {
    return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(result);
  }

  private String text() {
    StringBuilder text = new StringBuilder(result.get("drawing").asText() + "\n");
    for (var frame : result.get("frames")) {
      text.append(
          "a frame of %,d models at %d x %d, read back: median %.1f ms, p99 %.1f ms,"
              .concat(" %.1f ms of processors%n")
              .formatted(
                  frame.get("models").asInt(),
                  pixels[0],
                  pixels[1],
                  frame.get("median_ms").asDouble(),
                  frame.get("p99_ms").asDouble(),
                  frame.get("processor_ms").asDouble()));
    }
    ObjectNode cost = (ObjectNode) result.get("training_cost");
    return text
        + "training %d models alone %,.0f steps/s, watched at %.1f frames/s %,.0f steps/s:%n"
            .formatted(
                WATCHED,
                cost.get("steps_per_second_alone").asDouble(),
                cost.get("frames_per_second").asDouble(),
                cost.get("steps_per_second_watched").asDouble())
        + "median of %d pairs %.1f %% less (%.1f to %.1f %%)"
            .formatted(
                PAIRS,
                100 * cost.get("lost_median").asDouble(),
                100 * cost.get("lost_least").asDouble(),
                100 * cost.get("lost_most").asDouble());
  }
}
