package toymodels.analysis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;

/**
 * The phase diagram of n features in n − 1 dimensions from the exact loss, norms and biases free:
 * what the paper's trained models approach, where {@link PhaseTheory} fixes norms and biases. The
 * last feature is the extra one, of importance r, the others have importance 1.
 */
public final class PhaseBoundary {
  /** A feature of at least this norm counts as represented. */
  public static final double REPRESENTED = 0.55;

  private static final double SPARSEST = 1e-3;

  /** At density 1 all planes of principal components are equal, and the optimum is arbitrary. */
  private static final double DENSEST = 0.995;

  private static final int RANDOM_STARTS = 8;

  private PhaseBoundary() {}

  /**
   * The global minimum of the exact loss: the lowest of descents from every arrangement of the
   * theory, from the confused state and from random starts.
   *
   * @param features 2 or 3
   */
  public static ExactMinimum optimum(int features, double r, double p) {
    ModelShape shape = new ModelShape(ModelKind.RELU_OUTPUT, features, features - 1);
    Task task = task(features, r, p);
    List<ExactMinimum> minima = new ArrayList<>();
    for (double[] w : arrangements(features)) {
      double[] b = new double[features];
      minima.add(ExactMinimum.from(shape, task, w, b));
    }
    for (int k = 0; k < RANDOM_STARTS; k++) {
      minima.add(ExactMinimum.fromRandom(shape, task, k));
    }
    return minima.stream().min(Comparator.comparingDouble(ExactMinimum::loss)).orElseThrow();
  }

  /** The task of a point of the diagram. */
  public static Task task(int features, double r, double p) {
    PhaseTheory.models(features);
    double[] importance = new double[features];
    Arrays.fill(importance, 1);
    importance[features - 1] = r;
    return new Task(FeatureDistribution.independent(features, p), new Importance(importance));
  }

  private static List<double[]> arrangements(int features) {
    return features == 2
        ? List.of(
            new double[] {1, -0.9},
            new double[] {0.9, -1},
            new double[] {1, 0.1},
            new double[] {0.1, 1},
            new double[] {0.7, 0.72})
        : List.of(
            new double[] {1, 0, -0.9, 0, 0, 1},
            new double[] {1, 0, 0, 1, -0.9, 0},
            new double[] {1, 0, 0, 1, 0.1, 0.1},
            new double[] {0.1, 0.1, 1, 0, 0, 1},
            new double[] {0.9, 0, -0.45, 0.78, -0.45, -0.78});
  }

  /**
   * The density at which the global optimum leaves superposition, going up: where its smallest norm
   * falls through {@link #REPRESENTED}; 1 if it stays above at every density, as the triangle of
   * three nearly equal features does.
   */
  public static double exact(int features, double r) {
    if (smallestNorm(features, r, DENSEST) > REPRESENTED) {
      return 1;
    }
    return Crossing.of(p -> smallestNorm(features, r, p) - REPRESENTED, SPARSEST, DENSEST);
  }

  private static double smallestNorm(int features, double r, double p) {
    Geometry geometry = optimum(features, r, p).geometry();
    double smallest = Double.POSITIVE_INFINITY;
    for (double norm : geometry.norms()) {
      smallest = Math.min(smallest, norm);
    }
    return smallest;
  }
}
