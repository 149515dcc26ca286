package toymodels.analysis;

import java.util.function.DoubleUnaryOperator;

/** Finds where a quantity changes sign, by bisection of the logarithm of its argument. */
final class Crossing {
  /** Relative error of the argument: losses that cross at a slant are known far better. */
  private static final double ERROR = 1e-7;

  private Crossing() {}

  /**
   * Where f changes sign between two positive arguments.
   *
   * @throws IllegalArgumentException if f has one sign at both ends
   */
  static double of(DoubleUnaryOperator f, double low, double high) {
    boolean atLow = f.applyAsDouble(low) > 0;
    if (atLow == f.applyAsDouble(high) > 0) {
      throw new IllegalArgumentException(
          "no change of sign between %s and %s: widen the range".formatted(low, high));
    }
    double a = Math.log(low);
    double b = Math.log(high);
    while (b - a > ERROR) {
      double middle = (a + b) / 2;
      if (f.applyAsDouble(Math.exp(middle)) > 0 == atLow) {
        a = middle;
      } else {
        b = middle;
      }
    }
    return Math.exp((a + b) / 2);
  }
}
