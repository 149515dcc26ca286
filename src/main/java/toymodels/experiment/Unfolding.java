package toymodels.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import toymodels.analysis.Geometry;
import toymodels.report.Directions;

/**
 * The stages in which two sets of three features unfold in space, told by the angles between them:
 * (A) each set lies on one direction; (B) the sets open; (C) there are right angles within each
 * set; (D) opposites across the sets, an octahedron (Elhage et al. 2022, Learning as Geometric
 * Transformations, whose letters these are).
 *
 * @param reached the first frame of each stage, in their order, those that were reached; (≤ 4)
 */
record Unfolding(SelectedModel model, List<Integer> reached) {
  static final int SET = 3;
  private static final String LETTERS = "ABCD";
  private static final int RIGHT_ANGLES = 2;

  /** Norm of a collapsed set's features: √(1/3) each, so that their sum passes at its own size. */
  static final double COLLAPSED_NORM = Math.sqrt(1.0 / SET);

  private static final double NORM_TOLERANCE = 0.02;

  /** A set is open when two of its features are more than 60° apart. */
  private static final double OPEN = 0.5;

  /** Cosines below this count as right angles. */
  private static final double RIGHT = 0.1;

  /** Cosines below this count as opposites. */
  private static final double OPPOSITE = -0.95;

  /** Where the turnable view starts, so that both show the same side. */
  private static final double YAW = .6;

  private static final double PITCH = .42;

  static Unfolding of(SelectedModel pick) {
    List<Geometry> frames =
        pick.trained().history().keyframes().stream()
            .map(frame -> Geometry.of(frame, pick.model()))
            .toList();
    List<IntPredicate> stages =
        List.of(
            k -> normsAreCollapsed(frames.get(k)),
            k -> leastWithin(frames.get(k)) < OPEN,
            k -> largestWithin(frames.get(k)) <= RIGHT,
            k -> weakestOpposite(frames.get(k)) <= OPPOSITE);
    List<Integer> reached = new ArrayList<>();
    for (int k = 0; k < frames.size() && reached.size() < stages.size(); k++) {
      while (reached.size() < stages.size() && stages.get(reached.size()).test(k)) {
        reached.add(k);
      }
    }
    return new Unfolding(pick, List.copyOf(reached));
  }

  static boolean normsAreCollapsed(Geometry geometry) {
    for (double norm : geometry.norms()) {
      if (Math.abs(norm - COLLAPSED_NORM) > NORM_TOLERANCE) {
        return false;
      }
    }
    return true;
  }

  /** The cosine of the feature whose opposite in the other set is the farthest from one. */
  static double weakestOpposite(Geometry geometry) {
    double weakest = -1;
    for (int i = 0; i < SET; i++) {
      double nearest = 1;
      for (int j = SET; j < 2 * SET; j++) {
        nearest = Math.min(nearest, geometry.cosine(i, j));
      }
      weakest = Math.max(weakest, nearest);
    }
    return weakest;
  }

  static double largestWithin(Geometry geometry) {
    double largest = 0;
    for (int i = 0; i < 2 * SET; i++) {
      for (int j = i / SET * SET; j < i; j++) {
        largest = Math.max(largest, Math.abs(geometry.cosine(i, j)));
      }
    }
    return largest;
  }

  private static double leastWithin(Geometry geometry) {
    double least = 1;
    for (int i = 0; i < 2 * SET; i++) {
      for (int j = i / SET * SET; j < i; j++) {
        least = Math.min(least, geometry.cosine(i, j));
      }
    }
    return least;
  }

  /**
   * The angle by which the farthest feature misses its opposite when there are right angles within
   * the sets, in degrees; not a number if that was not reached.
   */
  double missing() {
    if (reached.size() <= RIGHT_ANGLES) {
      return Double.NaN;
    }
    Geometry then =
        Geometry.of(
            model.trained().history().keyframes().get(reached.get(RIGHT_ANGLES)), model.model());
    return 180 - Math.toDegrees(Math.acos(weakestOpposite(then)));
  }

  /** The recorded step at which a stage was reached. */
  int step(int stage) {
    return model.trained().history().steps()[reached.get(stage)];
  }

  /** One panel a stage: the vectors seen from one side, (features, 2). */
  List<Directions.Panel> panels() {
    List<float[]> frames = model.history();
    float[] last = frames.get(frames.size() - 1);
    List<Directions.Panel> panels = new ArrayList<>();
    for (int stage = 0; stage < reached.size(); stage++) {
      panels.add(
          new Directions.Panel(
              "(%s) step %d".formatted(LETTERS.charAt(stage), step(stage)),
              seen(frames.get(reached.get(stage)), last),
              Figures.colours(model)));
    }
    return panels;
  }

  /** Vectors along the last directions of the first set, projected onto the plane of the page. */
  private static float[] seen(float[] vectors, float[] last) {
    float[] seen = new float[2 * vectors.length / SET];
    for (int i = 0; i < vectors.length / SET; i++) {
      double[] p = new double[SET];
      for (int k = 0; k < SET; k++) {
        double along = 0;
        double square = 0;
        for (int h = 0; h < SET; h++) {
          along += vectors[i * SET + h] * last[k * SET + h];
          square += last[k * SET + h] * last[k * SET + h];
        }
        p[k] = along / Math.sqrt(square);
      }
      double back = Math.cos(YAW) * p[2] - Math.sin(YAW) * p[0];
      seen[2 * i] = (float) (Math.cos(YAW) * p[0] + Math.sin(YAW) * p[2]);
      seen[2 * i + 1] = (float) (Math.cos(PITCH) * p[1] - Math.sin(PITCH) * back);
    }
    return seen;
  }

  /** The figure of all stages; none where no stage was reached. */
  Optional<Directions> figure() {
    return reached.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Directions(
                "The stages of model 1",
                "Its six directions in space, seen from one side, where each stage begins; the "
                    + "dotted circle is the outline of a sphere of radius 1. Points that share a "
                    + "label look like one from here.",
                panels(),
                "set"));
  }
}
