package toymodels.viewer.internal.raster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import toymodels.viewer.Camera;
import toymodels.viewer.Pictures;
import toymodels.viewer.Scene;
import toymodels.viewer.Scenes;
import toymodels.viewer.Timeline;
import toymodels.viewer.ViewState;
import toymodels.viewer.internal.image.Png;
import toymodels.viewer.internal.picture.Picture;
import toymodels.viewer.internal.picture.PictureBuilder;

/**
 * The rasteriser's pictures are the committed ones, byte for byte, on every machine. After an
 * intended change look at the new ones and keep them: {@code mvn test -Dtest=CpuRendererTest
 * -Dgolden=write}.
 */
class CpuRendererTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/viewer");

  @Test
  void pictures_are_the_committed_ones() throws Exception {
    for (Map.Entry<String, Picture> each : Pictures.all().entrySet()) {
      try (CpuRenderer renderer = new CpuRenderer()) {
        renderer.draw(each.getValue());
        byte[] png = Png.encode(renderer.read(), each.getKey());
        Path file = GOLDEN.resolve(each.getKey() + ".png");
        if ("write".equals(System.getProperty("golden"))) {
          Files.createDirectories(GOLDEN);
          Files.write(file, png);
        }
        assertTrue(Files.exists(file), "there is no " + file);
        Path seen = Path.of("target", "viewer", each.getKey() + ".png");
        Files.createDirectories(seen.getParent());
        Files.write(seen, png);
        assertArrayEquals(Files.readAllBytes(file), png, seen + " differs from " + file);
      }
    }
  }

  @Test
  void a_picture_carries_its_camera() throws Exception {
    Path file = Files.createTempFile("camera", ".png");
    Scene scene = Scenes.octahedron();
    ViewState view = new ViewState(scene.info());
    CpuRenderer renderer = new CpuRenderer();
    renderer.draw(PictureBuilder.compose(scene, view, Timeline.NONE, 80, 60, 1));
    Files.write(file, Png.encode(renderer.read(), view.camera.toJson()));
    assertTrue(Camera.parse(Png.text(file).orElseThrow()).equals(view.camera));
    Files.delete(file);
  }
}
