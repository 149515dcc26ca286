package toymodels.viewer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import toymodels.viewer.internal.picture.Picture;
import toymodels.viewer.internal.picture.PictureBuilder;
import toymodels.viewer.internal.picture.Svg;

/** Pictures that go elsewhere: as shapes, and without a background. */
class ExportTest {
  @Test
  void shapes_hold_every_feature_circle_face_and_word() throws Exception {
    Scene scene = Scenes.antiprism();
    ViewState view = new ViewState(scene.info()).faces(true);
    String svg = Svg.of(scene, view, Scenes.timeline(), 600, 480, 1);
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    Picture picture = PictureBuilder.compose(scene, view, Scenes.timeline(), 600, 480, 1);
    assertEquals(8, document.getElementsByTagName("circle").getLength());
    assertEquals(
        picture.triangles().length / (3 * Picture.CORNER),
        document.getElementsByTagName("polygon").getLength());
    int lines =
        picture.segments().length / Picture.SEGMENT + picture.edges().length / Picture.EDGE + 8;
    assertTrue(document.getElementsByTagName("line").getLength() >= lines, svg);
    assertTrue(svg.contains(">" + scene.info().title() + "</text>"), svg);
  }

  @Test
  void without_a_background_only_what_is_drawn_covers() {
    Scene scene = Scenes.polygon(5);
    ViewState view = new ViewState(scene.info());
    try (OffscreenRenderer studio =
        OffscreenRenderer.open(OffscreenRenderer.Choice.CPU, VertexUploaders.FROM_HOST)) {
      Image whole = studio.draw(scene, view, Timeline.NONE, 400, 300, 1);
      Image cut = studio.cutOut(scene, view, Timeline.NONE, 400, 300, 1);
      int covered = 0;
      for (int at = 0; at < cut.rgba().length; at += 4) {
        int alpha = cut.rgba()[at + 3] & 255;
        covered += alpha > 0 ? 1 : 0;
        for (int c = 0; c < 3; c++) {
          int background = view.theme.background >> 16 - 8 * c & 255;
          double over = ((cut.rgba()[at + c] & 255) * alpha + background * (255 - alpha)) / 255.0;
          assertEquals(whole.rgba()[at + c] & 255, over, 3, "laid over the background again");
        }
      }
      assertTrue(covered > 1_000 && covered < 400 * 300 / 3, covered + " pixels are covered");
    }
  }
}
