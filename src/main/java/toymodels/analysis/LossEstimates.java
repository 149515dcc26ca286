package toymodels.analysis;

import java.util.Arrays;

/**
 * Losses of several models, each with its standard error.
 *
 * @param means the mean of Σᵢ Iᵢ (tᵢ − x'ᵢ)² over the samples, or its expectation where it is
 *     exact; NaN for a model that is not finite or was not measured, (models)
 * @param standardErrors s / √N, with s the standard deviation of the loss of one sample and N the
 *     number of samples; 0 where the loss is exact, (models)
 */
public record LossEstimates(double[] means, double[] standardErrors) {
  public LossEstimates {
    if (means.length != standardErrors.length) {
      throw new IllegalArgumentException(
          "%d losses with %d standard errors: one error a loss is needed"
              .formatted(means.length, standardErrors.length));
    }
  }

  /** As many models, none measured yet. */
  public static LossEstimates unmeasured(int models) {
    double[] means = new double[models];
    double[] errors = new double[models];
    Arrays.fill(means, Double.NaN);
    Arrays.fill(errors, Double.NaN);
    return new LossEstimates(means, errors);
  }

  /** Copies the estimates of other models to here, from an index on. */
  public void put(int first, LossEstimates some) {
    System.arraycopy(some.means, 0, means, first, some.means.length);
    System.arraycopy(some.standardErrors, 0, standardErrors, first, some.means.length);
  }

  public int models() {
    return means.length;
  }
}
