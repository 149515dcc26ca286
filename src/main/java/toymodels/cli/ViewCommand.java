package toymodels.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import toymodels.interop.LiveTraining;
import toymodels.interop.SceneFactory;
import toymodels.run.RunDirectory;
import toymodels.run.RunRequest;
import toymodels.run.config.ConfigWarnings;
import toymodels.run.config.RunConfig;
import toymodels.train.Backend;
import toymodels.train.TrainingEvent;
import toymodels.viewer.DisplayLostException;
import toymodels.viewer.OffscreenRenderer;
import toymodels.viewer.SceneSource;
import toymodels.viewer.VertexUploaders;

/** Looks at feature vectors: while they train, of a finished run, or of a file. */
@Command(
    name = "view",
    description = "Looks at feature vectors: while they train, of a run, or of a file.",
    footer = {
      "",
      "Examples:",
      "  toymodels view intro",
      "  toymodels view runs/pentagon",
      "  toymodels view pentagon.toml --out runs/turned",
      "  toymodels view intro --headless --screenshot out.png",
      "  toymodels view runs/pentagon --beside runs/turned",
      "  toymodels view runs/pentagon --headless --record out.gif --dark",
      "",
      "In the window, ? lists all keys.",
    })
final class ViewCommand implements Callable<Integer> {
  private static final int KEYFRAMES = 100;

  @ParentCommand private Toymodels root;
  @Spec private CommandSpec spec;
  @Mixin private TrainingOptions options;
  @Mixin private PictureOptions pictures;

  @Parameters(
      paramLabel = "WHAT",
      defaultValue = "intro",
      description = {
        "intro or a .toml config (trained while you watch),",
        "a run, a .safetensors or a .npy file."
      })
  private String what;

  @Option(names = "--headless", description = "No window, no display.")
  private boolean headless;

  @Option(
      names = "--screenshot",
      paramLabel = "FILE.png",
      description = "Save a picture of the end, .png or .svg, and finish.")
  private Path screenshot;

  @Option(
      names = "--record",
      paramLabel = "FILE.gif",
      description = "Save the whole course as a .gif or .mp4 (by ffmpeg), and finish.")
  private Path record;

  @Option(names = "--frames", defaultValue = "80", description = "Frames of a recording.")
  private int frames;

  @Option(names = "--steps", defaultValue = "6000", description = "Steps that intro trains.")
  private int steps;

  @Option(
      names = "--study",
      paramLabel = "N",
      defaultValue = "1",
      description = "Show this study of a run first.")
  private int study;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Make a run of what is trained and of all changes made to it.")
  private Path out;

  @Option(
      names = "--beside",
      paramLabel = "OTHER",
      description = "Show another run or file too, pale, its models turned to lie best on these.")
  private Path beside;

  @Option(names = "--benchmark", description = "Measure frames and what they cost training.")
  private boolean benchmark;

  @Option(names = "--json", description = "The benchmark as one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    int[] pixels = pictures.pixels();
    if (frames < 2 || frames > 2000) {
      throw pictures.usage("--frames = %d, allowed is 2 to 2000".formatted(frames));
    }
    if (steps < 1) {
      throw pictures.usage("--steps = %d, allowed is at least 1".formatted(steps));
    }
    Outputs.require(spec, "--screenshot", screenshot, "png", "svg");
    Outputs.require(spec, "--record", record, "gif", "mp4");
    if (benchmark) {
      return new ViewBenchmark(root.terminal(), options, pixels, RunPaths.typed(spec.commandLine()))
          .run(json);
    }
    Optional<RunConfig> trained = trained();
    if (trained.isPresent()) {
      return train(trained.get());
    }
    if (out != null) {
      throw pictures.usage("--out is for what is trained: intro or a .toml config");
    }
    try (SceneSource source = ViewSources.of(Path.of(what), study)) {
      return show(source, VertexUploaders.FROM_HOST);
    }
  }

  /** What is to be trained, if anything. */
  private Optional<RunConfig> trained() {
    if (what.equals("intro")) {
      return Optional.of(RunConfig.of(ViewSources.intro(steps)));
    }
    return what.endsWith(".toml")
        ? Optional.of(RunConfig.parse(Path.of(what), List.of()))
        : Optional.empty();
  }

  private int train(RunConfig config) throws Exception {
    ConfigWarnings.of(config).forEach(root.terminal()::warn);
    String title =
        what.equals("intro")
            ? "Five features in two dimensions, ever sparser"
            : RunPaths.name(what);
    try (Backend backend = options.open(root.terminal(), List.of(config.study()));
        RunDirectory run = out == null ? null : create(config);
        LiveTraining live =
            new LiveTraining(
                backend,
                config.study(),
                new SceneFactory(title),
                KEYFRAMES,
                events -> keep(run, events))) {
      if (screenshot != null || record != null) {
        live.await();
      }
      int code = show(live, live.feeds());
      if (run != null) {
        tellRun(live.events().size());
        root.terminal().next("toymodels train --resume " + RunPaths.quoted(out.toString()));
      }
      return code;
    }
  }

  private RunDirectory create(RunConfig config) {
    return RunDirectory.create(
        out, RunRequest.config(RunPaths.typed(spec.commandLine())), List.of(config));
  }

  private static void keep(RunDirectory run, List<TrainingEvent> events) {
    if (run != null) {
      run.studies().get(0).keepEvents(events);
    }
  }

  private void tellRun(int changes) {
    root.terminal()
        .out()
        .printf(
            "%s: a run with %d changes, which training it repeats to the bit%n",
            RunPaths.shown(out), changes);
  }

  private int show(SceneSource source, VertexUploaders feeds)
      throws IOException, InterruptedException {
    ViewerLauncher showing = new ViewerLauncher(root.terminal(), pictures, source, feeds);
    if (beside != null) {
      try (SceneSource other = ViewSources.of(beside, study)) {
        showing.beside(other.newest());
      }
    }
    if (screenshot == null && record == null) {
      if (headless) {
        throw pictures.usage("--headless shows nothing by itself: add --screenshot or --record");
      }
      try {
        showing.window(() -> false);
      } catch (DisplayLostException e) {
        // As if somebody had closed the window: what was promised to be kept is kept.
        root.terminal().err().println("view: " + e.getMessage());
      } catch (IllegalStateException e) {
        throw new CommandError(
            ErrorKind.GPU,
            e.getMessage(),
            "toymodels view",
            "toymodels view intro --headless --screenshot out.png");
      }
      return 0;
    }
    boolean shapes = screenshot != null && Outputs.suffix(screenshot).equals("svg");
    if (shapes) {
      showing.shapes(screenshot);
    }
    if (shapes && record == null) {
      return 0;
    }
    try (OffscreenRenderer studio = showing.studio(options.quiet())) {
      if (screenshot != null && !shapes) {
        showing.picture(studio, screenshot);
      }
      if (record != null) {
        showing.animation(studio, record, frames);
      }
    }
    return 0;
  }
}
