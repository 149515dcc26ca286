package toymodels.analysis;

import java.util.stream.IntStream;

/**
 * How much a picture of directions tells, when hidden space has more dimensions than the picture:
 * directions are seen through an orthogonal projection, which shortens them and changes angles.
 */
public final class ProjectionHonesty {
  private final Geometry whole;
  private final Geometry seen;

  /**
   * @param geometry the directions
   * @param axes what the picture shows: orthonormal, (shown, hidden)
   * @throws IllegalArgumentException if the axes are not of the directions' dimensions
   */
  public ProjectionHonesty(Geometry geometry, double[] axes) {
    int m = geometry.hidden();
    if (axes.length == 0 || axes.length % m != 0) {
      throw new IllegalArgumentException(
          "%d numbers are no axes of %d dimensions: needed are (shown, hidden)"
              .formatted(axes.length, m));
    }
    int shown = axes.length / m;
    double[] w = geometry.vectors();
    double[] projected = new double[geometry.features() * shown];
    for (int i = 0; i < geometry.features(); i++) {
      for (int a = 0; a < shown; a++) {
        for (int d = 0; d < m; d++) {
          projected[i * shown + a] += w[i * m + d] * axes[a * m + d];
        }
      }
    }
    this.whole = geometry;
    this.seen = Geometry.of(projected, shown);
  }

  /** The share of ‖W‖_F² that is visible, 0 to 1. */
  public double visibleShare() {
    return whole.squaredNorm() > 0 ? seen.squaredNorm() / whole.squaredNorm() : 1;
  }

  /** |cosine as seen − cosine| of two directions, 0 to 2. */
  public double cosineError(int i, int j) {
    return Math.abs(seen.cosine(i, j) - whole.cosine(i, j));
  }

  /**
   * The largest cosine error between features whose norm exceeds the threshold; 0 if fewer than 2.
   */
  public double maxCosineError(double minNorm) {
    int[] live = whole.liveFeatures(minNorm);
    return IntStream.range(0, live.length)
        .mapToDouble(
            a ->
                IntStream.range(0, a)
                    .mapToDouble(b -> cosineError(live[a], live[b]))
                    .max()
                    .orElse(0))
        .max()
        .orElse(0);
  }
}
