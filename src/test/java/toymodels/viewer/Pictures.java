package toymodels.viewer;

import java.util.LinkedHashMap;
import java.util.Map;
import toymodels.viewer.internal.picture.Picture;
import toymodels.viewer.internal.picture.PictureBuilder;
import toymodels.viewer.internal.scene.Palette;

/** The pictures that every renderer is tested with. */
public final class Pictures {
  private Pictures() {}

  /**
   * By name: flat, solid, projected, many; light and dark; one to many cells; every kind of mark.
   */
  public static Map<String, Picture> all() {
    Map<String, Picture> all = new LinkedHashMap<>();
    Scene pentagon = Scenes.polygon(5);
    all.put(
        "pentagon",
        PictureBuilder.compose(
            pentagon, new ViewState(pentagon.info()).faces(true), Scenes.timeline(), 480, 360, 1));
    Scene antiprism = Scenes.antiprism();
    all.put(
        "antiprism-dark",
        PictureBuilder.compose(
            antiprism,
            new ViewState(antiprism.info()).faces(true).theme(Theme.DARK).picked(2).biases(true),
            Timeline.NONE,
            600,
            480,
            1));
    Scene grid = Scenes.random(12, 5, 2, 1);
    all.put(
        "grid",
        PictureBuilder.compose(grid, new ViewState(grid.info()), Scenes.timeline(), 640, 400, 1));
    Scene high = Scenes.random(1, 12, 8, 2);
    ViewState projected =
        new ViewState(high.info()).colouring(Colouring.DIMENSIONALITY).palette(Palette.CIVIDIS);
    all.put("projected", PictureBuilder.compose(high, projected, Timeline.NONE, 640, 400, 1.5f));
    Scene four = Scenes.random(1, 8, 4, 3);
    ViewState fourView = new ViewState(four.info()).projection(Projection.Kind.FOUR);
    fourView.planes.turn(2, 0.4);
    fourView.help = true;
    all.put("four", PictureBuilder.compose(four, fourView, Timeline.NONE, 800, 560, 1));
    Scene pairs = Scenes.octahedron();
    float[] mirrored = pairs.directions().clone();
    for (int i = 0; i < mirrored.length; i++) {
      mirrored[i] = (i % 3 == 1 ? -mirrored[i] : mirrored[i]) + 0.12f * (i % 5 - 2);
    }
    ViewState beside =
        new ViewState(pairs.info())
            .beside(Scenes.of("Mirrored, and somewhat else", 1, 6, 3, mirrored))
            .edges(false);
    all.put("beside", PictureBuilder.compose(pairs, beside, Timeline.NONE, 480, 400, 1));
    return all;
  }
}
