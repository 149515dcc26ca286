package toymodels.analysis;

import java.util.Arrays;
import toymodels.model.ModelBatch;

/**
 * The geometry of one model's feature directions Wᵢ, in double: norms, Gram matrix, interference,
 * dimensionality (Elhage et al. 2022, Measuring Superposition and Geometry of Superposition).
 *
 * <p>All measures follow from the Gram matrix, so they do not change when hidden space is rotated
 * or mirrored. Ŵᵢ = Wᵢ / ‖Wᵢ‖; norms below {@value #MIN_NORM} are clamped where they divide, as in
 * the official notebook.
 */
public final class Geometry {
  /** The norm of a direction counts as at least this when it divides. */
  public static final double MIN_NORM = 1e-6;

  private final int features;
  private final int hidden;
  private final double[] vectors;
  private final double[] gram;

  private Geometry(int features, int hidden, double[] vectors) {
    this.features = features;
    this.hidden = hidden;
    this.vectors = vectors;
    this.gram = gram(vectors, features, hidden);
  }

  /**
   * The geometry of one model's encoder.
   *
   * @param model its index in the batch, from 0
   * @throws IndexOutOfBoundsException if there is no such model
   */
  public static Geometry of(ModelBatch batch, int model) {
    int w = batch.shape().weights();
    double[] vectors = new double[w];
    for (int i = 0; i < w; i++) {
      vectors[i] = batch.encoder()[model * w + i];
    }
    return new Geometry(batch.shape().features(), batch.shape().hidden(), vectors);
  }

  /**
   * The geometry of given directions.
   *
   * @param vectors Wᵢ, (features, hidden)
   * @throws IllegalArgumentException if they do not divide into rows of {@code hidden}
   */
  public static Geometry of(double[] vectors, int hidden) {
    if (hidden < 1 || vectors.length == 0 || vectors.length % hidden != 0) {
      throw new IllegalArgumentException(
          "%d numbers are no directions of %d dimensions: needed are (features, hidden)"
              .formatted(vectors.length, hidden));
    }
    return new Geometry(vectors.length / hidden, hidden, vectors.clone());
  }

  private static double[] gram(double[] w, int n, int m) {
    double[] gram = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = i; j < n; j++) {
        double dot = 0;
        for (int d = 0; d < m; d++) {
          dot += w[i * m + d] * w[j * m + d];
        }
        gram[i * n + j] = dot;
        gram[j * n + i] = dot;
      }
    }
    return gram;
  }

  public int features() {
    return features;
  }

  public int hidden() {
    return hidden;
  }

  /** Wᵢ, (features, hidden), a copy. */
  public double[] vectors() {
    return vectors.clone();
  }

  /** WᵀW, (features, features), a copy. */
  public double[] gram() {
    return gram.clone();
  }

  /** Wᵢ · Wⱼ. */
  public double dot(int i, int j) {
    return gram[i * features + j];
  }

  /** ‖Wᵢ‖: about 1 where a feature is represented, about 0 where not. */
  public double norm(int i) {
    return Math.sqrt(gram[i * features + i]);
  }

  /** ‖Wᵢ‖, (features). */
  public double[] norms() {
    double[] norms = new double[features];
    Arrays.setAll(norms, this::norm);
    return norms;
  }

  /** The cosine of the angle between two directions. */
  public double cosine(int i, int j) {
    return dot(i, j) / (Math.max(norm(i), MIN_NORM) * Math.max(norm(j), MIN_NORM));
  }

  /** Features whose norm exceeds the threshold, such as 0.5. */
  public int live(double threshold) {
    return liveFeatures(threshold).length;
  }

  /** Indices of the features whose norm exceeds the threshold, ascending. */
  public int[] liveFeatures(double threshold) {
    int[] live = new int[features];
    int count = 0;
    for (int i = 0; i < features; i++) {
      if (norm(i) > threshold) {
        live[count++] = i;
      }
    }
    return Arrays.copyOf(live, count);
  }

  /**
   * Superposition of each feature, Σ_{j≠i} (Ŵᵢ · Wⱼ)², (features): 0 when orthogonal to all others,
   * at least 1 when they can drive it as strongly as it drives itself. The notebook colours by the
   * square root of this, the paper by this.
   */
  public double[] superposition() {
    double[] result = new double[features];
    for (int i = 0; i < features; i++) {
      double norm = Math.max(norm(i), MIN_NORM);
      for (int j = 0; j < features; j++) {
        if (j != i) {
          result[i] += square(dot(i, j) / norm);
        }
      }
    }
    return result;
  }

  /**
   * Net interference of each feature, pᵢ Σ_{j≠i} (Ŵᵢ · Wⱼ)², (features), as the notebook computes.
   *
   * @param activeProbability pᵢ, (features)
   */
  public double[] netInterference(double[] activeProbability) {
    double[] result = superposition();
    for (int i = 0; i < features; i++) {
      result[i] *= activeProbability[i];
    }
    return result;
  }

  /** ‖W‖_F², the number of features represented. */
  public double squaredNorm() {
    double sum = 0;
    for (int i = 0; i < features; i++) {
      sum += dot(i, i);
    }
    return sum;
  }

  /** D* = m / ‖W‖_F²: hidden dimensions per feature. */
  public double dimensionsPerFeature() {
    return hidden / squaredNorm();
  }

  /**
   * Dᵢ = ‖Wᵢ‖² / Σⱼ (Ŵᵢ · Wⱼ)², (features), j over all features and i itself: the fraction of a
   * dimension that each feature has, 0 to 1; they sum to m at most (Elhage et al. 2022, Feature
   * Dimensionality; the capacity of Scherlis et al. 2022). A norm under the clamp counts as 0: not
   * learned.
   */
  public double[] dimensionality() {
    double[] result = new double[features];
    for (int i = 0; i < features; i++) {
      double norm = norm(i);
      double sum = 0;
      for (int j = 0; j < features; j++) {
        sum += square(dot(i, j) / norm);
      }
      result[i] = norm >= MIN_NORM ? dot(i, i) / sum : 0;
    }
    return result;
  }

  /** Σ Dᵢ, at most the rank of W: how much of hidden space is used. */
  public double totalDimensionality() {
    return Arrays.stream(dimensionality()).sum();
  }

  /**
   * Angles between neighbours around the circle of the live features of a model with two hidden
   * dimensions, in degrees, (live): they sum to 360, beginning after the smallest polar angle.
   *
   * @throws IllegalArgumentException if hidden is not 2
   */
  public double[] adjacentAngles(double threshold) {
    if (hidden != 2) {
      throw new IllegalArgumentException(
          "adjacent angles of directions in %d dimensions, they exist in the plane: m = 2"
              .formatted(hidden));
    }
    double[] polar =
        Arrays.stream(liveFeatures(threshold))
            .mapToDouble(i -> Math.atan2(vectors[2 * i + 1], vectors[2 * i]))
            .sorted()
            .toArray();
    double[] gaps = new double[polar.length];
    for (int i = 0; i < polar.length; i++) {
      double next = i + 1 < polar.length ? polar[i + 1] : polar[0] + 2 * Math.PI;
      gaps[i] = Math.toDegrees(next - polar[i]);
    }
    return gaps;
  }

  /** The angle between two directions, in degrees, 0 to 180. */
  public double angle(int i, int j) {
    return Math.toDegrees(Math.acos(Math.max(-1, Math.min(1, cosine(i, j)))));
  }

  private static double square(double v) {
    return v * v;
  }
}
