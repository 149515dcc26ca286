package toymodels.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import toymodels.viewer.DisplayLostException;
import toymodels.viewer.Image;
import toymodels.viewer.OffscreenRenderer;
import toymodels.viewer.Scene;
import toymodels.viewer.SceneSource;
import toymodels.viewer.VertexUploaders;
import toymodels.viewer.ViewState;
import toymodels.viewer.Viewer;
import toymodels.viewer.WindowThread;

/** Shows a source: in a window, as a picture, or as an animation. */
final class ViewerLauncher {
  private final Terminal terminal;
  private final PictureOptions options;
  private final SceneSource source;
  private final VertexUploaders feeds;
  private final int[] pixels;
  private final ViewState view;

  ViewerLauncher(
      Terminal terminal, PictureOptions options, SceneSource source, VertexUploaders feeds) {
    this.terminal = terminal;
    this.options = options;
    this.source = source;
    this.feeds = feeds;
    this.pixels = options.pixels();
    this.view = options.view(source.newest().info());
  }

  /** Shows another scene's models beside, pale. */
  void beside(Scene other) {
    try {
      view.beside(other);
    } catch (IllegalArgumentException e) {
      throw options.usage("--beside shows models of the same number and size: " + e.getMessage());
    }
  }

  /** Opens what draws without a window, and says how it does. */
  OffscreenRenderer studio(boolean quiet) {
    try {
      OffscreenRenderer studio = OffscreenRenderer.open(options.renderer(), feeds);
      if (!quiet) {
        terminal.err().println("view: " + studio.reason());
      }
      return studio;
    } catch (IllegalStateException e) {
      throw new CommandError(
          ErrorKind.GPU, e.getMessage(), "--renderer opengl", "use --renderer cpu");
    }
  }

  /** Writes the newest step as shapes. */
  void shapes(Path file) throws IOException {
    String svg =
        OffscreenRenderer.svg(
            source.newest(), view, source.timeline(), pixels[0], pixels[1], options.scale());
    Outputs.write(file, out -> out.write(svg.getBytes(StandardCharsets.UTF_8)));
    terminal.out().println(RunPaths.shown(file));
  }

  /** Writes the newest step as a picture. */
  void picture(OffscreenRenderer studio, Path file) throws IOException {
    if (options.transparent()) {
      Image image =
          studio.cutOut(
              source.newest(), view, source.timeline(), pixels[0], pixels[1], options.scale());
      byte[] png = image.transparentPng(view.camera().toJson());
      Outputs.write(file, out -> out.write(png));
      terminal.out().println(RunPaths.shown(file));
      return;
    }
    Image image =
        studio.draw(
            source.newest(), view, source.timeline(), pixels[0], pixels[1], options.scale());
    byte[] png = image.png(view.camera().toJson());
    Outputs.write(file, out -> out.write(png));
    terminal.out().println(RunPaths.shown(file));
  }

  /** Writes the whole course as an animation. */
  void animation(OffscreenRenderer studio, Path file, int frames)
      throws IOException, InterruptedException {
    try (AnimationWriter film =
        AnimationWriter.of(file, System.getenv().getOrDefault("PATH", ""))) {
      draw(studio, film, frames);
      film.finish();
    }
    terminal.out().println(RunPaths.shown(file));
  }

  private void draw(OffscreenRenderer studio, AnimationWriter film, int frames) throws IOException {
    double span = Math.log1p(source.newest().step() / 20.0);
    for (int i = 0; i < frames; i++) {
      int step = (int) Math.round(20 * Math.expm1(span * i / (frames - 1)));
      Scene scene = source.at(step);
      film.add(studio.draw(scene, view, source.timeline(), pixels[0], pixels[1], options.scale()));
    }
  }

  /**
   * Opens a window until it is closed.
   *
   * @param over says when it has to be closed all the same
   * @throws IllegalStateException if no window can be opened, saying what to do
   * @throws DisplayLostException if the display was lost
   */
  void window(BooleanSupplier over) {
    try {
      WindowThread.run(() -> show(over));
    } catch (RuntimeException | Error e) {
      feeds.abandon();
      throw e;
    }
  }

  private void show(BooleanSupplier over) {
    try (Viewer viewer =
        Viewer.open(
            source,
            view,
            pixels[0],
            pixels[1],
            feeds,
            Path.of(""),
            line -> terminal.err().println("view: " + RunPaths.shown(line)))) {
      while (!over.getAsBoolean() && viewer.frame()) {
        // Everything is done in the condition.
      }
    }
  }
}
