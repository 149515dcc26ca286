package toymodels.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import toymodels.interop.Casting;
import toymodels.interop.LiveTraining;
import toymodels.train.Backend;
import toymodels.viewer.Camera;
import toymodels.viewer.Colouring;
import toymodels.viewer.Feeds;
import toymodels.viewer.Gif;
import toymodels.viewer.Image;
import toymodels.viewer.Png;
import toymodels.viewer.Projection;
import toymodels.viewer.Scene;
import toymodels.viewer.Source;
import toymodels.viewer.Studio;
import toymodels.viewer.Theme;
import toymodels.viewer.View;
import toymodels.viewer.Viewer;

/** Looks at feature vectors: while they train, of a finished run, or of a file. */
@Command(
    name = "view",
    description = "Looks at feature vectors: while they train, of a run, or of a file.",
    footer = {
      "",
      "Examples:",
      "  toymodels view intro",
      "  toymodels view runs/pentagon",
      "  toymodels view intro --headless --screenshot out.png",
      "  toymodels view runs/pentagon --headless --record out.gif --dark",
      "",
      "In the window, ? lists all keys.",
    })
final class ViewCommand implements Callable<Integer> {
  private static final int KEYFRAMES = 100;
  private static final int MOST_PIXELS = 1 << 25;

  @ParentCommand private Toymodels root;
  @Spec private CommandSpec spec;
  @Mixin private TrainingOptions options;

  @Parameters(
      paramLabel = "WHAT",
      defaultValue = "intro",
      description = "intro (trained while you watch), a run, a .safetensors or a .npy file.")
  private String what;

  @Option(names = "--headless", description = "No window, no display.")
  private boolean headless;

  @Option(
      names = "--screenshot",
      paramLabel = "FILE.png",
      description = "Save a picture of the end, and finish.")
  private Path screenshot;

  @Option(
      names = "--record",
      paramLabel = "FILE.gif",
      description = "Save the whole course as an animation, and finish.")
  private Path record;

  @Option(
      names = "--renderer",
      paramLabel = "NAME",
      defaultValue = "AUTO",
      description = "Without a window: ${COMPLETION-CANDIDATES}; cpu gives the same bytes always.")
  private Studio.Choice renderer;

  @Option(
      names = "--size",
      paramLabel = "WxH",
      defaultValue = "1280x720",
      description = "Width and height in pixels.")
  private String size;

  @Option(names = "--scale", defaultValue = "1", description = "Size of letters and lines.")
  private float scale;

  @Option(names = "--frames", defaultValue = "80", description = "Frames of a recording.")
  private int frames;

  @Option(names = "--steps", defaultValue = "6000", description = "Steps that intro trains.")
  private int steps;

  @Option(names = "--model", description = "Show this model alone.")
  private Integer model;

  @Option(names = "--projection", description = "${COMPLETION-CANDIDATES}.")
  private Projection.Kind projection;

  @Option(
      names = "--colour",
      defaultValue = "IMPORTANCE",
      description = "${COMPLETION-CANDIDATES}.")
  private Colouring colouring;

  @Option(names = "--dark", description = "Light on dark.")
  private boolean dark;

  @Option(names = "--edges", description = "Draw interference.")
  private boolean edges;

  @Option(names = "--faces", description = "Draw hulls.")
  private boolean faces;

  @Option(
      names = "--camera",
      paramLabel = "FILE",
      description = "A camera as JSON, or a picture that was saved with one.")
  private Path camera;

  @Option(names = "--benchmark", description = "Measure frames and what they cost training.")
  private boolean benchmark;

  @Override
  public Integer call() throws Exception {
    int[] pixels = pixels();
    Terminal terminal = root.terminal();
    if (benchmark) {
      return new ViewBenchmark(terminal, options).run(pixels[0], pixels[1]);
    }
    if (!what.equals("intro")) {
      try (Source source = ViewSources.of(Path.of(what))) {
        return show(source, Feeds.FROM_HOST, pixels);
      }
    }
    try (Backend backend = options.open();
        LiveTraining live =
            new LiveTraining(
                backend,
                ViewSources.intro(steps),
                new Casting("Five features in two dimensions, ever sparser"),
                KEYFRAMES)) {
      if (screenshot != null || record != null) {
        live.await();
      }
      return show(live, live.feeds(), pixels);
    }
  }

  private int[] pixels() {
    if (!size.matches("[1-9]\\d{0,4}x[1-9]\\d{0,4}")) {
      throw usage("--size = '%s', allowed is WIDTHxHEIGHT such as 1280x720".formatted(size));
    }
    String[] parts = size.split("x");
    int[] pixels = {Integer.parseInt(parts[0]), Integer.parseInt(parts[1])};
    if (pixels[0] < 64 || pixels[1] < 64 || (long) pixels[0] * pixels[1] > MOST_PIXELS) {
      throw usage("--size = '%s', allowed is from 64x64 to 2^25 pixels".formatted(size));
    }
    if (!(scale >= 0.5f && scale <= 8)) {
      throw usage("--scale = %s, allowed is 0.5 to 8".formatted(scale));
    }
    if (frames < 2 || frames > 2000) {
      throw usage("--frames = %d, allowed is 2 to 2000".formatted(frames));
    }
    if (steps < 1) {
      throw usage("--steps = %d, allowed is at least 1".formatted(steps));
    }
    return pixels;
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private int show(Source source, Feeds feeds, int[] pixels) throws IOException {
    Terminal terminal = root.terminal();
    View view = view(source.newest());
    if (screenshot == null && record == null) {
      if (headless) {
        throw usage("--headless shows nothing by itself: add --screenshot or --record");
      }
      return window(source, feeds, view, pixels);
    }
    try (Studio studio = studio(feeds)) {
      if (!options.quiet()) {
        terminal.err().println("view: " + studio.reason());
      }
      if (screenshot != null) {
        Image image =
            studio.draw(source.newest(), view, source.timeline(), pixels[0], pixels[1], scale);
        Files.write(screenshot, Png.encode(image, view.camera().toJson()));
        terminal.out().println(screenshot);
      }
      if (record != null) {
        record(source, view, studio, pixels);
        terminal.out().println(record);
      }
    }
    return 0;
  }

  private Studio studio(Feeds feeds) {
    try {
      return Studio.open(renderer, feeds);
    } catch (IllegalStateException e) {
      throw new CommandError(
          ErrorKind.GPU, e.getMessage(), "--renderer opengl", "use --renderer cpu");
    }
  }

  private void record(Source source, View view, Studio studio, int[] pixels) throws IOException {
    List<Image> images = new ArrayList<>();
    double span = Math.log1p(source.newest().step() / 20.0);
    for (int i = 0; i < frames; i++) {
      int step = (int) Math.round(20 * Math.expm1(span * i / (frames - 1)));
      Scene scene = source.at(step);
      images.add(studio.draw(scene, view, source.timeline(), pixels[0], pixels[1], scale));
    }
    try (OutputStream out = Files.newOutputStream(record)) {
      Gif.write(out, images, 6);
    }
  }

  private View view(Scene scene) {
    View view = new View(scene.cast()).colouring(colouring);
    if (model != null) {
      if (model < 0 || model >= scene.cast().models()) {
        throw usage("--model = %d, allowed is 0 to %d".formatted(model, scene.cast().models() - 1));
      }
      view.model(model);
    }
    if (projection != null) {
      view.projection(projection);
    }
    if (dark) {
      view.theme(Theme.DARK);
    }
    if (edges) {
      view.edges(true);
    }
    if (faces) {
      view.faces(true);
    }
    if (camera != null) {
      view.camera(readCamera());
    }
    return view;
  }

  private Camera readCamera() {
    try {
      boolean png = camera.toString().endsWith(".png");
      return Camera.parse(png ? Png.text(camera).orElse("") : Files.readString(camera));
    } catch (IOException | IllegalArgumentException e) {
      throw new CommandError(
          ErrorKind.FILE,
          String.valueOf(e.getMessage()),
          camera.toString(),
          "give a file that the viewer's C or S key made");
    }
  }

  private int window(Source source, Feeds feeds, View view, int[] pixels) {
    Terminal terminal = root.terminal();
    try (Viewer viewer =
        Viewer.open(
            source,
            view,
            pixels[0],
            pixels[1],
            feeds,
            Path.of(""),
            line -> terminal.err().println("view: " + line))) {
      viewer.run();
      return 0;
    } catch (IllegalStateException e) {
      throw new CommandError(
          ErrorKind.GPU,
          e.getMessage(),
          "toymodels view",
          "toymodels view intro --headless --screenshot out.png");
    }
  }
}
