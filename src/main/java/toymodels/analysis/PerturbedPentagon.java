package toymodels.analysis;

import java.util.Arrays;
import java.util.List;
import toymodels.data.Coupling;
import toymodels.data.FeatureDistribution;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;

/**
 * Five equal features in two dimensions, of which the first has another density: the two branches
 * of minima between which the model jumps (Elhage et al. 2022, Non-Uniform Superposition).
 */
public final class PerturbedPentagon {
  /** Kind and size of the model. */
  public static final ModelShape SHAPE = new ModelShape(ModelKind.RELU_OUTPUT, 5, 2);

  private PerturbedPentagon() {}

  /** Four features of density p and the first of density ratio · p, all of importance 1. */
  public static Task task(double ratio, double p) {
    double[] density = new double[5];
    Arrays.fill(density, p);
    density[0] = ratio * p;
    return Task.equallyImportant(
        new FeatureDistribution(density, Coupling.INDEPENDENT, List.of(), false));
  }

  /** The minimum downhill of the regular pentagon of density p: the deformed pentagon. */
  public static ExactMinimum pentagon(double ratio, double p) {
    RegularMinimum regular = RegularMinimum.of(Polytope.PENTAGON, p);
    double[] w = Arrays.stream(Polytope.PENTAGON.vertices()).map(v -> v * regular.norm()).toArray();
    double[] b = new double[5];
    Arrays.fill(b, regular.bias());
    return ExactMinimum.from(SHAPE, task(ratio, p), w, b);
  }

  /** The minimum of two antipodal pairs, the first feature dead. */
  public static ExactMinimum digons(double ratio, double p) {
    double[] w = {0, 0, 1, 0, 0, 1, -1, 0, 0, -1};
    double[] b = {ratio * p / 2, 0, 0, 0, 0};
    return ExactMinimum.from(SHAPE, task(ratio, p), w, b);
  }

  /**
   * The density ratio at which both branches have the same loss: below it two antipodal pairs are
   * better.
   */
  public static double crossing(double p) {
    return Crossing.of(r -> digons(r, p).loss() - pentagon(r, p).loss(), 0.01, 1);
  }
}
