package toymodels.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import toymodels.files.InputFile;
import toymodels.run.file.StorageException;
import toymodels.viewer.Camera;
import toymodels.viewer.Colouring;
import toymodels.viewer.Image;
import toymodels.viewer.ModelOrder;
import toymodels.viewer.OffscreenRenderer;
import toymodels.viewer.Projection;
import toymodels.viewer.SceneInfo;
import toymodels.viewer.Theme;
import toymodels.viewer.ViewState;

/** Options that say what a picture is like. */
final class PictureOptions {
  private static final int MOST_PIXELS = 1 << 25;
  private static final int MOST_CAMERA_BYTES = 1 << 16;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--renderer",
      paramLabel = "NAME",
      defaultValue = "AUTO",
      description = "Without a window: ${COMPLETION-CANDIDATES}; cpu gives the same bytes always.")
  private OffscreenRenderer.Choice renderer = OffscreenRenderer.Choice.AUTO;

  @Option(
      names = "--size",
      paramLabel = "WxH",
      defaultValue = "1280x720",
      description = "Width and height in pixels.")
  private String size = "1280x720";

  @Option(names = "--scale", defaultValue = "1", description = "Size of letters and lines.")
  private float scale = 1;

  @Option(names = "--model", description = "Show this model alone.")
  private Integer model;

  @Option(
      names = "--order",
      defaultValue = "NUMBER",
      description = "Of many models: ${COMPLETION-CANDIDATES}.")
  private ModelOrder order = ModelOrder.NUMBER;

  @Option(names = "--projection", description = "${COMPLETION-CANDIDATES}.")
  private Projection.Kind projection;

  @Option(
      names = "--colour",
      defaultValue = "IMPORTANCE",
      description = "${COMPLETION-CANDIDATES}.")
  private Colouring colouring = Colouring.IMPORTANCE;

  @Option(
      names = "--share",
      defaultValue = "0.083",
      description = "Of the time, for drawing while models train; 0.01 to 1.")
  private double share = 0.083;

  @Option(names = "--dark", description = "Light on dark.")
  private boolean dark;

  @Option(names = "--transparent", description = "Pictures without a background.")
  private boolean transparent;

  @Option(names = "--edges", description = "Draw interference.")
  private boolean edges;

  @Option(names = "--faces", description = "Draw hulls.")
  private boolean faces;

  @Option(
      names = "--camera",
      paramLabel = "FILE",
      description = "A camera as JSON, or a picture that was saved with one.")
  private Path camera;

  /** What every option is if it is not given. */
  static PictureOptions usual() {
    return new PictureOptions();
  }

  /** Width and height; fails if an option is out of range. */
  int[] pixels() {
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
    if (!(share >= 0.01 && share <= 1)) {
      throw usage("--share = %s, allowed is 0.01 to 1".formatted(share));
    }
    return pixels;
  }

  ParameterException usage(String message) {
    return new ParameterException(command.commandLine(), message);
  }

  OffscreenRenderer.Choice renderer() {
    return renderer;
  }

  boolean transparent() {
    return transparent;
  }

  float scale() {
    return scale;
  }

  /** How the models are looked at first. */
  ViewState view(SceneInfo info) {
    ViewState view = new ViewState(info).colouring(colouring).order(order).share(share);
    if (model != null) {
      if (model < 0 || model >= info.models()) {
        throw usage("--model = %d, allowed is 0 to %d".formatted(model, info.models() - 1));
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
      boolean png = Outputs.suffix(camera).equals("png");
      return Camera.parse(
          png ? Image.textOfPng(camera).orElse("") : InputFile.text(camera, MOST_CAMERA_BYTES));
    } catch (CharacterCodingException e) {
      throw camera("it is not UTF-8 text");
    } catch (FileSystemException e) {
      throw StorageException.problem("reading the camera", camera, e);
    } catch (IOException | IllegalArgumentException e) {
      throw camera(String.valueOf(e.getMessage()));
    }
  }

  private CommandError camera(String what) {
    return new CommandError(
        ErrorKind.FILE, what, camera.toString(), "give a file that the viewer's C or S key made");
  }
}
