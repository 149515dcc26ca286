package toymodels.viewer;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.DoubleStream;
import org.lwjgl.opengl.GL41C;
import toymodels.natives.Lwjgl;
import toymodels.viewer.internal.gl.EglContext;
import toymodels.viewer.internal.gl.FramePacer;
import toymodels.viewer.internal.gl.GlContext;
import toymodels.viewer.internal.gl.GlRenderer;
import toymodels.viewer.internal.picture.Picture;
import toymodels.viewer.internal.picture.PictureBuilder;
import toymodels.viewer.internal.picture.Renderer;
import toymodels.viewer.internal.picture.Svg;
import toymodels.viewer.internal.raster.CpuRenderer;

/** Draws without a window, and says how. */
public final class OffscreenRenderer implements AutoCloseable {
  static {
    Lwjgl.load();
  }

  /** Which renderer. */
  public enum Choice {
    /** OpenGL if there is any, else the CPU. */
    AUTO,
    /** The CPU rasteriser: the same bytes everywhere. */
    CPU,
    /** OpenGL, or fail. */
    OPENGL
  }

  private static final double LONGEST_PAUSE = 0.02;

  private final GlContext context;
  private final Renderer renderer;
  private final String reason;
  private final FramePacer pace = new FramePacer();

  private OffscreenRenderer(GlContext context, Renderer renderer, String reason) {
    this.context = context;
    this.renderer = renderer;
    this.reason = reason;
  }

  /** A scene as an SVG document, which takes no renderer: for papers and posters. */
  public static String svg(
      Scene scene, ViewState view, Timeline timeline, int width, int height, float scale) {
    return Svg.of(scene, view, timeline, width, height, scale);
  }

  /**
   * Opens a renderer.
   *
   * @param feeds where OpenGL's vertices come from
   * @throws IllegalStateException if OpenGL is asked for and there is none, saying why
   */
  public static OffscreenRenderer open(Choice choice, VertexUploaders feeds) {
    if (choice == Choice.CPU) {
      return new OffscreenRenderer(
          null, new CpuRenderer(), "drawn by the CPU rasteriser, as asked");
    }
    try {
      GlContext context = EglContext.openFor(feeds.cudaDevice());
      Renderer renderer = new GlRenderer(feeds.open());
      return new OffscreenRenderer(
          context, renderer, "drawn by %s, %s".formatted(renderer.name(), context.name()));
    } catch (IllegalStateException e) {
      if (choice == Choice.OPENGL) {
        throw e;
      }
      return new OffscreenRenderer(
          null, new CpuRenderer(), "drawn by the CPU rasteriser: " + e.getMessage());
    }
  }

  /** How pictures are drawn, and why so. */
  public String reason() {
    return reason;
  }

  /** One picture. */
  public Image draw(
      Scene scene, ViewState view, Timeline timeline, int width, int height, float scale) {
    renderer.draw(PictureBuilder.compose(scene, view, timeline, width, height, scale));
    return renderer.read();
  }

  /**
   * One picture without its background: what is left of it shows through, as its alpha says. Drawn
   * on white and on black, which any renderer can.
   */
  public Image cutOut(
      Scene scene, ViewState view, Timeline timeline, int width, int height, float scale) {
    Picture picture = PictureBuilder.compose(scene, view, timeline, width, height, scale);
    renderer.draw(picture.over(0xffffff));
    Image white = renderer.read();
    renderer.draw(picture.over(0));
    return Image.between(renderer.read(), white);
  }

  /**
   * Draws what a window would show, as often as it would: paced by what it costs training.
   *
   * @param enough asked between two frames
   * @return seconds that each frame took
   */
  public double[] watch(
      SceneSource source, ViewState view, int width, int height, BooleanSupplier enough) {
    DoubleStream.Builder frames = DoubleStream.builder();
    while (!enough.getAsBoolean()) {
      double begin = now();
      double pause = pace.pause(begin, source.live(), view.share);
      if (pause > 0) {
        LockSupport.parkNanos((long) (Math.min(pause, LONGEST_PAUSE) * 1e9));
        continue;
      }
      renderer.draw(
          PictureBuilder.compose(source.newest(), view, source.timeline(), width, height, 1));
      if (context != null) {
        GL41C.glFinish();
      }
      double end = now();
      pace.drawn(end, end - begin);
      frames.add(end - begin);
    }
    return frames.build().toArray();
  }

  private static double now() {
    return System.nanoTime() * 1e-9;
  }

  Renderer renderer() {
    return renderer;
  }

  @Override
  public void close() {
    renderer.close();
    if (context != null) {
      context.close();
    }
  }
}
