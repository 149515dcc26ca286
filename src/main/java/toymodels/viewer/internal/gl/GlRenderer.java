package toymodels.viewer.internal.gl;

import static org.lwjgl.opengl.GL41C.*;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.lwjgl.system.MemoryUtil;
import toymodels.natives.Lwjgl;
import toymodels.viewer.Image;
import toymodels.viewer.internal.picture.Glyphs;
import toymodels.viewer.internal.picture.Overlay;
import toymodels.viewer.internal.picture.Picture;
import toymodels.viewer.internal.picture.Renderer;
import toymodels.viewer.internal.scene.Vertices;

/**
 * Draws with OpenGL 4.1: one instanced call for the balls of all cells, one for their shafts, one
 * each for circles, edges and faces. Needs a current context, on one thread.
 */
public final class GlRenderer implements Renderer {
  static {
    Lwjgl.load();
  }

  private static final int CELLS = 0;
  private static final int VERTICES = 1;
  private static final int LINES = 2;
  private static final int ATLAS = 3;

  private final VertexUploader feed;
  private final GlProgram ball = new GlProgram("ball.vert", "ball.frag");
  private final GlProgram pick = new GlProgram("ball.vert", "ball.frag", "PICKING");
  private final GlProgram shaft = new GlProgram("shaft.vert", "ribbon.frag");
  private final GlProgram segment = new GlProgram("segment.vert", "ribbon.frag");
  private final GlProgram edge = new GlProgram("edge.vert", "ribbon.frag");
  private final GlProgram face = new GlProgram("face.vert", "face.frag");
  private final GlProgram overlay = new GlProgram("overlay.vert", "overlay.frag");
  private final GlTexels cells = new GlTexels();
  private final GlTexels vertices = new GlTexels();
  private final GlTexels segments = new GlTexels();
  private final GlTexels edges = new GlTexels();
  private final int empty = glGenVertexArrays();
  private final int faceArray = glGenVertexArrays();
  private final int faceBuffer = glGenBuffers();
  private final int overlayArray = glGenVertexArrays();
  private final int overlayBuffer = glGenBuffers();
  private final int atlas = glGenTextures();
  private int atlasVersion = -1;
  private GlCanvas canvas;
  private Picture picture;

  /**
   * @param feed where vertices come from; closed with this
   */
  public GlRenderer(VertexUploader feed) {
    this.feed = feed;
    glBindVertexArray(faceArray);
    glBindBuffer(GL_ARRAY_BUFFER, faceBuffer);
    attribute(0, Picture.CORNER, 0, 0);
    attribute(1, Picture.CORNER, 4, 0);
    glBindVertexArray(overlayArray);
    glBindBuffer(GL_ARRAY_BUFFER, overlayBuffer);
    attribute(0, Overlay.FLOATS, 0, 1);
    attribute(1, Overlay.FLOATS, 4, 1);
    attribute(2, Overlay.FLOATS, 8, 1);
  }

  private static void attribute(int index, int stride, int offset, int divisor) {
    glEnableVertexAttribArray(index);
    glVertexAttribPointer(index, 4, GL_FLOAT, false, 4 * stride, 4L * offset);
    glVertexAttribDivisor(index, divisor);
  }

  @Override
  public String name() {
    return "OpenGL on %s, %s".formatted(glGetString(GL_RENDERER), feed.name());
  }

  @Override
  public void draw(Picture next) {
    picture = next;
    if (canvas == null || canvas.width != next.width() || canvas.height != next.height()) {
      if (canvas != null) {
        canvas.close();
      }
      canvas = new GlCanvas(next.width(), next.height());
    }
    upload(next);
    canvas.begin(next.background());
    for (int i = 0; i < 4; i++) {
      glEnable(GL_CLIP_DISTANCE0 + i);
    }
    glEnable(GL_DEPTH_TEST);
    glDepthFunc(GL_LESS);
    glDisable(GL_BLEND);
    glEnable(GL_SAMPLE_ALPHA_TO_COVERAGE);
    glEnable(GL_SAMPLE_ALPHA_TO_ONE);
    drawLines(next);
    drawBalls(next, ball);
    glDisable(GL_SAMPLE_ALPHA_TO_COVERAGE);
    glDisable(GL_SAMPLE_ALPHA_TO_ONE);
    glEnable(GL_BLEND);
    glBlendFuncSeparate(GL_SRC_ALPHA, GL_ONE_MINUS_SRC_ALPHA, GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
    drawFaces(next);
    for (int i = 0; i < 4; i++) {
      glDisable(GL_CLIP_DISTANCE0 + i);
    }
    glDisable(GL_DEPTH_TEST);
    canvas.resolve();
    drawOverlay(next);
    requireNoError();
  }

  private void upload(Picture p) {
    int count = p.layout().cells();
    int[] r = p.layout().rectangles();
    float[] texels = new float[8 * count];
    for (int k = 0; k < count; k++) {
      texels[8 * k] = (2f * r[4 * k] + r[4 * k + 2]) / p.width() - 1;
      texels[8 * k + 1] = 1 - (2f * r[4 * k + 1] + r[4 * k + 3]) / p.height();
      texels[8 * k + 2] = (float) r[4 * k + 2] / p.width();
      texels[8 * k + 3] = (float) r[4 * k + 3] / p.height();
      texels[8 * k + 4] = p.layout().models()[k];
    }
    cells.upload(texels);
    int old = vertices.buffer();
    if (vertices.reserve(4L * Vertices.FLOATS * p.vectors())) {
      feed.attach(vertices.buffer(), 4L * Vertices.FLOATS * p.vectors());
      vertices.delete(old);
    }
    feed.fill(p.projected());
    segments.upload(p.segments());
    edges.upload(p.edges());
  }

  private GlProgram placed(GlProgram program, Picture p) {
    cells.bind(CELLS);
    vertices.bind(VERTICES);
    return program
        .use()
        .set("cells", CELLS)
        .set("vertices", VERTICES)
        .set("lines", LINES)
        .set("view", p.view())
        .set("projection", p.projection())
        .set("orthographic", p.orthographic() ? 1 : 0)
        .set("features", p.features())
        .set("viewport", p.width(), p.height())
        .set("radius", p.radius())
        .set("hollowBelow", Picture.HOLLOW);
  }

  private void drawLines(Picture p) {
    glBindVertexArray(empty);
    int perCell = p.segments().length / Picture.SEGMENT;
    if (perCell > 0) {
      placed(segment, p).set("segments", perCell);
      segments.bind(LINES);
      glDrawArraysInstanced(GL_TRIANGLE_STRIP, 0, 4, perCell * p.layout().cells());
    }
    if (p.shaft() > 0) {
      placed(shaft, p).set("shaft", p.shaft());
      glDrawArraysInstanced(GL_TRIANGLE_STRIP, 0, 4, p.features() * p.layout().cells());
    }
    if (p.edges().length > 0) {
      placed(edge, p);
      edges.bind(LINES);
      glDrawArraysInstanced(GL_TRIANGLE_STRIP, 0, 4, p.edges().length / Picture.EDGE);
    }
  }

  private void drawBalls(Picture p, GlProgram program) {
    glBindVertexArray(empty);
    placed(program, p);
    glDrawArraysInstanced(GL_TRIANGLE_STRIP, 0, 4, p.features() * p.layout().cells());
  }

  private void drawFaces(Picture p) {
    if (p.triangles().length > 0) {
      glBindVertexArray(faceArray);
      glBindBuffer(GL_ARRAY_BUFFER, faceBuffer);
      glBufferData(GL_ARRAY_BUFFER, p.triangles(), GL_STREAM_DRAW);
      glDepthMask(false);
      placed(face, p);
      glDrawArrays(GL_TRIANGLES, 0, p.triangles().length / Picture.CORNER);
      glDepthMask(true);
    }
  }

  private void drawOverlay(Picture p) {
    Overlay shapes = p.overlay();
    if (shapes.count() == 0) {
      return;
    }
    uploadAtlas();
    glBindVertexArray(overlayArray);
    glBindBuffer(GL_ARRAY_BUFFER, overlayBuffer);
    glBufferData(
        GL_ARRAY_BUFFER,
        Arrays.copyOf(shapes.data(), shapes.count() * Overlay.FLOATS),
        GL_STREAM_DRAW);
    overlay.use().set("viewport", p.width(), p.height()).set("atlas", ATLAS);
    glActiveTexture(GL_TEXTURE0 + ATLAS);
    glBindTexture(GL_TEXTURE_2D, atlas);
    glDrawArraysInstanced(GL_TRIANGLE_STRIP, 0, 4, shapes.count());
  }

  private void uploadAtlas() {
    Glyphs glyphs = Glyphs.shared();
    if (atlasVersion == glyphs.version()) {
      return;
    }
    atlasVersion = glyphs.version();
    glActiveTexture(GL_TEXTURE0 + ATLAS);
    glBindTexture(GL_TEXTURE_2D, atlas);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
    glPixelStorei(GL_UNPACK_ALIGNMENT, 1);
    ByteBuffer coverage = MemoryUtil.memAlloc(Glyphs.ATLAS * Glyphs.ATLAS);
    coverage.put(glyphs.atlas()).flip();
    glTexImage2D(
        GL_TEXTURE_2D, 0, GL_R8, Glyphs.ATLAS, Glyphs.ATLAS, 0, GL_RED, GL_UNSIGNED_BYTE, coverage);
    MemoryUtil.memFree(coverage);
  }

  private static void requireNoError() {
    int error = glGetError();
    if (error != GL_NO_ERROR) {
      throw new ContextLostException("OpenGL error 0x%x while drawing".formatted(error));
    }
  }

  @Override
  public Image read() {
    return canvas.read();
  }

  @Override
  public int pick(int x, int y) {
    if (picture == null || x < 0 || y < 0 || x >= canvas.width || y >= canvas.height) {
      return -1;
    }
    canvas.beginPicking(x, y);
    glEnable(GL_DEPTH_TEST);
    glDisable(GL_BLEND);
    for (int i = 0; i < 4; i++) {
      glEnable(GL_CLIP_DISTANCE0 + i);
    }
    drawBalls(picture, pick);
    int picked = canvas.endPicking(x, y) - 1;
    for (int i = 0; i < 4; i++) {
      glDisable(GL_CLIP_DISTANCE0 + i);
    }
    glDisable(GL_DEPTH_TEST);
    return picked;
  }

  /** What the picture is in, for panels over it and for the window. */
  public GlCanvas canvas() {
    return canvas;
  }

  @Override
  public void close() {
    feed.close();
    for (GlProgram program : new GlProgram[] {ball, pick, shaft, segment, edge, face, overlay}) {
      program.close();
    }
    for (GlTexels texels : new GlTexels[] {cells, vertices, segments, edges}) {
      texels.close();
    }
    glDeleteVertexArrays(new int[] {empty, faceArray, overlayArray});
    glDeleteBuffers(new int[] {faceBuffer, overlayBuffer});
    glDeleteTextures(atlas);
    if (canvas != null) {
      canvas.close();
    }
  }
}
