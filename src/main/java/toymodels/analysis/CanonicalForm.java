package toymodels.analysis;

import java.util.stream.IntStream;

/**
 * Turns and mirrors hidden space so that models which differ by an orthogonal map alone look alike:
 * the first anchor lies on the positive first axis, the next in the upper half of the first two,
 * and so on (Gram and Schmidt over the anchors).
 *
 * <p>ReLU-output and linear models do not change under W → O W. Models with a ReLU in the hidden
 * layer do: their axes are neurons, so only an order of neurons is free.
 */
public final class CanonicalForm {
  /** What remains of a unit direction after projection counts as dependent below this. */
  private static final double DEPENDENT = 1e-6;

  private CanonicalForm() {}

  /**
   * The same directions, turned.
   *
   * @param vectors Wᵢ, (features, hidden)
   * @param anchors features in the order in which they claim axes, such as longest first
   * @return (features, hidden)
   */
  public static double[] of(double[] vectors, int hidden, int... anchors) {
    double[] basis = new double[hidden * hidden];
    int axes = 0;
    for (int a = 0; a < anchors.length && axes < hidden; a++) {
      double[] v = new double[hidden];
      System.arraycopy(vectors, anchors[a] * hidden, v, 0, hidden);
      axes += claim(v, basis, axes, hidden) ? 1 : 0;
    }
    for (int d = 0; d < hidden && axes < hidden; d++) {
      double[] v = new double[hidden];
      v[d] = 1;
      axes += claim(v, basis, axes, hidden) ? 1 : 0;
    }
    int features = vectors.length / hidden;
    double[] turned = new double[vectors.length];
    for (int i = 0; i < features; i++) {
      for (int a = 0; a < hidden; a++) {
        turned[i * hidden + a] = dot(vectors, i * hidden, basis, a * hidden, hidden);
      }
    }
    return turned;
  }

  /** Anchors by norm, longest first: the canonical form of a model by itself. */
  public static double[] of(Geometry geometry) {
    int[] anchors =
        IntStream.range(0, geometry.features())
            .boxed()
            .sorted((i, j) -> Double.compare(geometry.norm(j), geometry.norm(i)))
            .mapToInt(Integer::intValue)
            .toArray();
    return of(geometry.vectors(), geometry.hidden(), anchors);
  }

  private static boolean claim(double[] v, double[] basis, int axes, int m) {
    double length = Math.sqrt(dot(v, 0, v, 0, m));
    // Twice, because one pass of Gram and Schmidt leaves the rounding of nearly parallel anchors.
    for (int pass = 0; pass < 2; pass++) {
      for (int a = 0; a < axes; a++) {
        double along = dot(v, 0, basis, a * m, m);
        for (int d = 0; d < m; d++) {
          v[d] -= along * basis[a * m + d];
        }
      }
    }
    double rest = Math.sqrt(dot(v, 0, v, 0, m));
    if (!(rest > DEPENDENT * length)) {
      return false;
    }
    for (int d = 0; d < m; d++) {
      basis[axes * m + d] = v[d] / rest;
    }
    return true;
  }

  private static double dot(double[] a, int at, double[] b, int bt, int length) {
    double sum = 0;
    for (int d = 0; d < length; d++) {
      sum += a[at + d] * b[bt + d];
    }
    return sum;
  }
}
