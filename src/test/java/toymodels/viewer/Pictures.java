package toymodels.viewer;

import java.util.LinkedHashMap;
import java.util.Map;

/** The pictures that every renderer is tested with. */
final class Pictures {
  private Pictures() {}

  /**
   * By name: flat, solid, projected, many; light and dark; one to many cells; every kind of mark.
   */
  static Map<String, Picture> all() {
    Map<String, Picture> all = new LinkedHashMap<>();
    Scene pentagon = Scenes.polygon(5);
    all.put(
        "pentagon",
        Composer.compose(
            pentagon, new View(pentagon.cast()).faces(true), Scenes.timeline(), 480, 360, 1));
    Scene antiprism = Scenes.antiprism();
    all.put(
        "antiprism-dark",
        Composer.compose(
            antiprism,
            new View(antiprism.cast()).faces(true).theme(Theme.DARK).picked(2).biases(true),
            Timeline.NONE,
            600,
            480,
            1));
    Scene grid = Scenes.random(12, 5, 2, 1);
    all.put("grid", Composer.compose(grid, new View(grid.cast()), Scenes.timeline(), 640, 400, 1));
    Scene high = Scenes.random(1, 12, 8, 2);
    View projected =
        new View(high.cast()).colouring(Colouring.DIMENSIONALITY).palette(Palette.CIVIDIS);
    all.put("projected", Composer.compose(high, projected, Timeline.NONE, 640, 400, 1.5f));
    Scene four = Scenes.random(1, 8, 4, 3);
    View fourView = new View(four.cast()).projection(Projection.Kind.FOUR);
    fourView.planes.turn(2, 0.4);
    fourView.help = true;
    all.put("four", Composer.compose(four, fourView, Timeline.NONE, 800, 560, 1));
    Scene pairs = Scenes.octahedron();
    float[] mirrored = pairs.directions().clone();
    for (int i = 0; i < mirrored.length; i++) {
      mirrored[i] = (i % 3 == 1 ? -mirrored[i] : mirrored[i]) + 0.12f * (i % 5 - 2);
    }
    View beside =
        new View(pairs.cast())
            .beside(Scenes.of("Mirrored, and somewhat else", 1, 6, 3, mirrored))
            .edges(false);
    all.put("beside", Composer.compose(pairs, beside, Timeline.NONE, 480, 400, 1));
    return all;
  }
}
