package toymodels.analysis;

import java.util.Arrays;
import toymodels.model.ModelBatch;

/**
 * What one trained model has learned, by its weights alone.
 *
 * @param represented features whose norm ‖Wᵢ‖ exceeds {@value #REPRESENTED}
 * @param dimensionsPerFeature D* = m / ‖W‖²
 * @param dimensionality Dᵢ = ‖Wᵢ‖² / Σⱼ (Ŵᵢ · Wⱼ)² of each feature, (features)
 * @param geometry the shapes of its features, such as "2 digons + 1 pentagon"
 */
public record Findings(
    int represented, double dimensionsPerFeature, double[] dimensionality, String geometry) {
  /** Norm above which a feature counts as represented, here as in the paper's figures. */
  public static final double REPRESENTED = 0.5;

  /**
   * The findings of a model.
   *
   * @param model its index in the batch, from 0
   */
  public static Findings of(ModelBatch batch, int model) {
    Geometry geometry = Geometry.of(batch, model);
    if (!batch.isFinite(model)) {
      double[] none = new double[geometry.features()];
      Arrays.fill(none, Double.NaN);
      return new Findings(0, Double.NaN, none, "diverged");
    }
    return new Findings(
        geometry.live(REPRESENTED),
        geometry.dimensionsPerFeature(),
        geometry.dimensionality(),
        PolytopeNaming.summary(PolytopeNaming.of(geometry)));
  }
}
