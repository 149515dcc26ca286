package toymodels.analysis;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import toymodels.data.FeatureDistribution;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;

/**
 * Which polytope a model of many equal features fills its hidden dimensions with: the one whose
 * features gain most per dimension. The benefit of k features in d dimensions is (k Var − L) / (d
 * Var), with L the least exact loss over norm and bias, and Var = p/3 − p²/4 what a dead feature
 * costs; 1 is a dedicated dimension.
 *
 * <p>As features become sparser the winner goes from the triangle through the digon over a wide
 * range to the pentagon and the square antiprism: the plateaus of the paper, in order. Beyond what
 * the paper shows, the icosahedron takes over from the antiprism.
 */
public final class TegumFactors {
  private TegumFactors() {}

  /**
   * A polytope at a density.
   *
   * @param minimum its best norm and bias
   * @param benefit loss saved per hidden dimension, in units of a dedicated dimension
   */
  public record Factor(Polytope polytope, RegularMinimum minimum, double benefit) {}

  /** The polytope's benefit at a density, all its norms and biases equal. */
  public static Factor factor(Polytope polytope, double p) {
    RegularMinimum minimum = RegularMinimum.of(polytope, p);
    return new Factor(
        polytope, minimum, benefit(minimum.loss(), polytope.size(), polytope.dimensions(), p));
  }

  /**
   * The polytope's benefit when directions, norms and biases are all free, downhill of the ideal
   * shape: the square antiprism becomes flatter than the tight frame, and better.
   */
  public static double relaxedBenefit(Polytope polytope, double p) {
    return benefit(relaxed(polytope, p).loss(), polytope.size(), polytope.dimensions(), p);
  }

  /** The minimum downhill of a polytope's ideal shape, all numbers free. */
  public static ExactMinimum relaxed(Polytope polytope, double p) {
    int k = polytope.size();
    RegularMinimum regular = RegularMinimum.of(polytope, p);
    double[] biases = new double[k];
    Arrays.fill(biases, regular.bias());
    double[] weights = Arrays.stream(polytope.vertices()).map(v -> v * regular.norm()).toArray();
    return ExactMinimum.from(
        new ModelShape(ModelKind.RELU_OUTPUT, k, polytope.dimensions()),
        Task.equallyImportant(FeatureDistribution.independent(k, p)),
        weights,
        biases);
  }

  /** (k Var − L) / (d Var). */
  static double benefit(double loss, int features, int dimensions, double p) {
    double dead = ClosedForms.dead(p);
    return (features * dead - loss) / (dimensions * dead);
  }

  /** All polytopes at a density, best first. */
  public static List<Factor> ranked(double p) {
    return Arrays.stream(Polytope.values())
        .map(polytope -> factor(polytope, p))
        .sorted(Comparator.comparingDouble(Factor::benefit).reversed())
        .toList();
  }

  /**
   * The density between two others at which two polytopes are equally good.
   *
   * @throws IllegalArgumentException if one is better at both ends
   */
  public static double crossing(Polytope one, Polytope other, double low, double high) {
    return Crossing.of(p -> factor(one, p).benefit() - factor(other, p).benefit(), low, high);
  }
}
