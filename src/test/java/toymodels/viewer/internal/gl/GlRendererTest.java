package toymodels.viewer.internal.gl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lwjgl.opengl.GL41C.GL_FRAGMENT_SHADER;
import static org.lwjgl.opengl.GL41C.GL_VERTEX_SHADER;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import toymodels.viewer.Graphics;
import toymodels.viewer.Image;
import toymodels.viewer.Pictures;
import toymodels.viewer.Similarity;
import toymodels.viewer.internal.image.Png;
import toymodels.viewer.internal.picture.Picture;
import toymodels.viewer.internal.raster.CpuRenderer;

class GlRendererTest {
  /**
   * Both renderers smooth borders, by other samples: the difference is in single levels of grey.
   */
  private static final double SIMILAR = 0.98;

  private static EglContext context;

  @BeforeAll
  static void open() {
    context = Graphics.headless();
  }

  @AfterAll
  static void close() {
    if (context != null) {
      context.close();
    }
  }

  @Test
  void opengl_and_the_rasteriser_show_the_same() throws Exception {
    try (GlRenderer gl = new GlRenderer(new HostUploader(""));
        CpuRenderer cpu = new CpuRenderer()) {
      for (Map.Entry<String, Picture> each : Pictures.all().entrySet()) {
        gl.draw(each.getValue());
        cpu.draw(each.getValue());
        Path seen = Path.of("target", "viewer", each.getKey() + "-opengl.png");
        Files.createDirectories(seen.getParent());
        Files.write(seen, Png.encode(gl.read(), ""));
        double ssim = Similarity.ssim(gl.read(), cpu.read());
        assertTrue(ssim >= SIMILAR, "SSIM of " + each.getKey() + " is " + ssim + ", see " + seen);
      }
    }
  }

  @Test
  void a_picture_is_drawn_the_same_again_after_others() {
    try (GlRenderer gl = new GlRenderer(new HostUploader(""))) {
      List<Picture> pictures = new ArrayList<>(Pictures.all().values());
      gl.draw(pictures.get(0));
      Image first = gl.read();
      for (Picture picture : pictures) {
        gl.draw(picture);
        gl.pick(5, 5);
      }
      gl.draw(pictures.get(0));
      assertEquals(1, Similarity.ssim(first, gl.read()));
    }
  }

  @Test
  void every_shader_compiles_and_every_include_is_used() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(Path.of("shaders"))) {
      files = all.sorted().toList();
    }
    StringBuilder sources = new StringBuilder();
    for (Path file : files) {
      sources.append(Files.readString(file));
    }
    for (Path file : files) {
      String name = file.getFileName().toString();
      if (name.endsWith(".vert")) {
        GlProgram.compile(GL_VERTEX_SHADER, name);
      } else if (name.endsWith(".frag")) {
        GlProgram.compile(GL_FRAGMENT_SHADER, name);
        GlProgram.compile(GL_FRAGMENT_SHADER, name, "PICKING");
      } else {
        assertTrue(name.endsWith(".glsl"), file + " is not a shader");
        assertTrue(
            sources.indexOf("#include \"" + name + "\"") >= 0, file + " is included nowhere");
      }
    }
  }

  @Test
  void a_broken_shader_is_named() {
    IllegalStateException e =
        assertThrows(
            IllegalStateException.class,
            () -> GlProgram.compile(GL_VERTEX_SHADER, "ball.vert", "radius ="));
    assertTrue(e.getMessage().startsWith("compiling shaders/ball.vert: "), e.getMessage());
  }
}
