package toymodels.analysis;

import java.util.Arrays;
import toymodels.backend.exact.ExpectedLoss;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;

/**
 * The best model whose directions are a given arrangement of unit vectors, all of one norm and one
 * bias: the exact loss minimised over these two numbers. Every vector must see the others alike, as
 * in a regular polytope.
 *
 * @param norm ‖Wᵢ‖
 * @param bias bᵢ
 * @param loss the exact loss, a sum over the arrangement's features
 */
public record RegularMinimum(double norm, double bias, double loss) {

  /**
   * The minimum for independent features of one density and importance 1.
   *
   * @param vectors unit vectors, (features, dimensions)
   */
  public static RegularMinimum of(double[] vectors, int dimensions, double p) {
    int n = vectors.length / dimensions;
    return of(vectors, dimensions, FeatureDistribution.independent(n, p));
  }

  /** The minimum for a polytope's features of one density. */
  public static RegularMinimum of(Polytope polytope, double p) {
    return of(polytope.vertices(), polytope.dimensions(), p);
  }

  /**
   * The minimum for any distribution under which all features are alike, and importance 1.
   *
   * @param vectors unit vectors, (features, dimensions)
   */
  public static RegularMinimum of(double[] vectors, int dimensions, FeatureDistribution inputs) {
    int n = vectors.length / dimensions;
    ModelShape shape = new ModelShape(ModelKind.RELU_OUTPUT, n, dimensions);
    // All outputs cost the same, so one is computed, and weighs as all.
    double[] first = new double[n];
    first[0] = n;
    ExpectedLoss loss = ExpectedLoss.of(shape, new Task(inputs, new Importance(first)));
    double[] w = new double[vectors.length];
    double[] b = new double[n];
    double[] dw = new double[vectors.length];
    double[] db = new double[n];
    Bfgs.Minimum minimum =
        Bfgs.minimise(
            (x, gradient) -> {
              Arrays.setAll(w, i -> x[0] * vectors[i]);
              b[0] = x[1];
              double value = loss.lossAndGradient(w, b, dw, db);
              gradient[0] = 0;
              for (int i = 0; i < w.length; i++) {
                gradient[0] += dw[i] * vectors[i];
              }
              gradient[1] = db[0];
              return value;
            },
            new double[] {1, 0});
    return new RegularMinimum(minimum.point()[0], minimum.point()[1], minimum.value());
  }
}
