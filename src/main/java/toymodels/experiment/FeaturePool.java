package toymodels.experiment;

import java.util.Arrays;
import java.util.stream.IntStream;
import toymodels.analysis.Geometry;
import toymodels.train.TrainedStudy;

/**
 * Dimensionalities of all features of all models of a study, in which lines are looked for (Elhage
 * et al. 2022, Geometry of Superposition).
 */
record FeaturePool(double[] dimensionalities) {
  /** Half the width of a line. */
  static final double WIDTH = 0.005;

  /** From a line to what is counted beside it. */
  private static final double BESIDE = 0.0125;

  private static final int ENOUGH = 10;

  static FeaturePool of(TrainedStudy trained) {
    return new FeaturePool(
        IntStream.range(0, trained.models().models())
            .mapToObj(k -> Geometry.of(trained.models(), k).dimensionality())
            .flatMapToDouble(Arrays::stream)
            .toArray());
  }

  /** Whether features pool on a line: ten at least, and twice as many as on either side of it. */
  boolean pools(double line) {
    long beside = Math.max(on(line - BESIDE), on(line + BESIDE));
    return on(line) >= ENOUGH && on(line) >= 2 * beside;
  }

  /** How many features are on a line. */
  long on(double line) {
    return Arrays.stream(dimensionalities).filter(d -> Math.abs(d - line) <= WIDTH).count();
  }
}
