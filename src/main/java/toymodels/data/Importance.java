package toymodels.data;

import java.util.Arrays;

/**
 * How much the loss weighs each feature: the Iᵢ of L = Σᵢ Iᵢ (xᵢ − x'ᵢ)².
 *
 * @param values Iᵢ, (features), finite and at least 0
 */
public record Importance(double... values) {
  /**
   * @throws IllegalArgumentException if a value is negative, infinite or not a number
   */
  public Importance {
    if (values.length == 0) {
      throw new IllegalArgumentException("importance has no values, needed is one a feature");
    }
    for (int i = 0; i < values.length; i++) {
      if (!(values[i] >= 0 && values[i] <= Float.MAX_VALUE)) {
        throw new IllegalArgumentException(
            "importance of feature %d = %s, allowed is a finite number of at least 0"
                .formatted(i, values[i]));
      }
    }
    values = values.clone();
  }

  /** Iᵢ = value for every feature. */
  public static Importance uniform(int features, double value) {
    double[] values = new double[features];
    Arrays.fill(values, value);
    return new Importance(values);
  }

  /** Iᵢ = decayⁱ, i from 0. */
  public static Importance geometric(int features, double decay) {
    double[] values = new double[features];
    for (int i = 0; i < features; i++) {
      values[i] = StrictMath.pow(decay, i);
    }
    return new Importance(values);
  }

  public int features() {
    return values.length;
  }

  public double of(int feature) {
    return values[feature];
  }

  @Override
  public double[] values() {
    return values.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Importance that && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "Importance" + Arrays.toString(values);
  }
}
