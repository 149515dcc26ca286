package toymodels.analysis;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The optimisation of nearly orthogonal vectors that was published with 3Blue1Brown's chapter on
 * how language models store facts (almost_orthogonal.py): N unit vectors in d dimensions, Adam on L
 * = Σᵢⱼ ReLU(|X Xᵀ − I|ᵢⱼ − 0.01) + N Σᵢ (X Xᵀ − I)ᵢᵢ².
 *
 * <p>Its picture, 98 % of angles within a degree of the right angle for 10,000 vectors in 100
 * dimensions, hides what it shows: no more than 103 such vectors exist ({@link Packing}), and the
 * rest have fallen onto each other, where |cos| = 1 has no slope that would part them.
 */
public final class AlmostOrthogonal {
  private static final double CUTOFF = 0.01;
  private static final double RATE = 0.01;
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;

  /** Rows of X Xᵀ that one thread takes at a time. */
  private static final int BLOCK = 64;

  private final int vectors;
  private final int dimensions;
  private final float[] x;
  private final float[] m;
  private final float[] v;
  private int step;

  /** Random unit vectors, before the first step. */
  public AlmostOrthogonal(int vectors, int dimensions, long seed) {
    this.vectors = vectors;
    this.dimensions = dimensions;
    SplittableRandom random = new SplittableRandom(seed);
    x = new float[vectors * dimensions];
    m = new float[x.length];
    v = new float[x.length];
    for (int i = 0; i < vectors; i++) {
      double[] row = new double[dimensions];
      Arrays.setAll(row, d -> normal(random));
      double length = Math.sqrt(Arrays.stream(row).map(c -> c * c).sum());
      for (int d = 0; d < dimensions; d++) {
        x[i * dimensions + d] = (float) (row[d] / length);
      }
    }
  }

  private static double normal(SplittableRandom random) {
    double radius = Math.sqrt(-2 * Math.log(1 - random.nextDouble()));
    return radius * Math.cos(2 * Math.PI * random.nextDouble());
  }

  /** Takes steps of Adam. */
  public void advance(int steps) {
    for (int k = 0; k < steps; k++) {
      float[] gradient = gradient();
      step++;
      double rate = RATE / (1 - Math.pow(BETA1, step));
      double correction = 1 - Math.pow(BETA2, step);
      for (int i = 0; i < x.length; i++) {
        m[i] = (float) (BETA1 * m[i] + (1 - BETA1) * gradient[i]);
        v[i] = (float) (BETA2 * v[i] + (1 - BETA2) * gradient[i] * gradient[i]);
        x[i] -= (float) (rate * m[i] / (Math.sqrt(v[i] / correction) + EPSILON));
      }
    }
  }

  /** 2 S X with S = sign(X Xᵀ − I) where its size exceeds the cutoff, and the diagonal's own. */
  private float[] gradient() {
    float[] gradient = new float[x.length];
    float[] columns = columns();
    blocks()
        .forEach(
            block -> {
              float[] row = new float[vectors];
              for (int i = block * BLOCK; i < Math.min((block + 1) * BLOCK, vectors); i++) {
                dots(i, columns, row);
                addGradient(i, row, gradient);
              }
            });
    return gradient;
  }

  private IntStream blocks() {
    return IntStream.range(0, (vectors + BLOCK - 1) / BLOCK).parallel();
  }

  /** Xᵀ, (dimensions, vectors): with it the inner loop of the products runs along vectors. */
  private float[] columns() {
    float[] columns = new float[x.length];
    for (int i = 0; i < vectors; i++) {
      for (int d = 0; d < dimensions; d++) {
        columns[d * vectors + i] = x[i * dimensions + d];
      }
    }
    return columns;
  }

  private void dots(int i, float[] columns, float[] row) {
    Arrays.fill(row, 0);
    for (int d = 0; d < dimensions; d++) {
      float factor = x[i * dimensions + d];
      int at = d * vectors;
      for (int j = 0; j < row.length; j++) {
        row[j] += factor * columns[at + j];
      }
    }
  }

  private void addGradient(int i, float[] row, float[] gradient) {
    int at = i * dimensions;
    for (int j = 0; j < vectors; j++) {
      double off = row[j] - (i == j ? 1 : 0);
      double slope = Math.abs(off) > CUTOFF ? Math.signum(off) : 0;
      float factor = (float) (2 * (slope + (i == j ? 2.0 * vectors * off : 0)));
      if (factor != 0) {
        for (int d = 0; d < dimensions; d++) {
          gradient[at + d] += factor * x[j * dimensions + d];
        }
      }
    }
  }

  /**
   * Angles between all pairs.
   *
   * @param within1Degree share of pairs at 89 to 91 degrees
   * @param smallestAngle between two lines, in degrees, 0 to 90
   * @param nearCopies for each vector, on average, how many others have |cos| above 0.9
   * @param histogram pairs by angle, one bin a degree from 0 to 180
   */
  public record Angles(
      double within1Degree, double smallestAngle, double nearCopies, long[] histogram) {}

  /** Measures all pairs. */
  public Angles angles() {
    double[] lengths = new double[vectors];
    for (int i = 0; i < vectors; i++) {
      for (int d = 0; d < dimensions; d++) {
        lengths[i] += (double) x[i * dimensions + d] * x[i * dimensions + d];
      }
      lengths[i] = Math.sqrt(lengths[i]);
    }
    double narrow = Packing.cosineOfDegreesFromRight(1);
    long[] histogram = new long[180];
    long close = 0;
    long copies = 0;
    double largest = 0;
    float[] columns = columns();
    float[] row = new float[vectors];
    for (int i = 0; i < vectors; i++) {
      dots(i, columns, row);
      for (int j = 0; j < i; j++) {
        double cosine = Math.max(-1, Math.min(1, row[j] / (lengths[i] * lengths[j])));
        close += Math.abs(cosine) <= narrow ? 1 : 0;
        copies += Math.abs(cosine) > 0.9 ? 1 : 0;
        largest = Math.max(largest, Math.abs(cosine));
        histogram[(int) Math.min(179, Math.toDegrees(Math.acos(cosine)))]++;
      }
    }
    double pairs = vectors * (vectors - 1.0) / 2;
    return new Angles(
        close / pairs, Math.toDegrees(Math.acos(largest)), 2.0 * copies / vectors, histogram);
  }
}
