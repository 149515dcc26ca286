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

  /**
   * Columns of X Xᵀ that one thread takes at a time: their vectors and their gradient, 100
   * dimensions of so many floats each, stay in the second cache.
   */
  private static final int CHUNK = 512;

  /** Rows of X Xᵀ at a time. */
  private static final int ROWS = 8;

  /** Larger than the reciprocal of any excess over the cutoff that a float can show. */
  private static final float HUGE = 1e30f;

  /** Two vectors with a larger |cosine| are near-copies. */
  private static final double COPY = 0.9;

  private final int vectors;
  private final int dimensions;
  private final float[][] x;
  private final float[][] m;
  private final float[][] v;
  private int step;

  /** Random unit vectors, before the first step. */
  public AlmostOrthogonal(int vectors, int dimensions, long seed) {
    this.vectors = vectors;
    this.dimensions = dimensions;
    SplittableRandom random = new SplittableRandom(seed);
    x = new float[vectors][dimensions];
    m = new float[vectors][dimensions];
    v = new float[vectors][dimensions];
    for (int i = 0; i < vectors; i++) {
      double[] row = new double[dimensions];
      Arrays.setAll(row, d -> normal(random));
      double length = Math.sqrt(Arrays.stream(row).map(c -> c * c).sum());
      for (int d = 0; d < dimensions; d++) {
        x[i][d] = (float) (row[d] / length);
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
      float[][] gradient = gradient();
      step++;
      double rate = RATE / (1 - Math.pow(BETA1, step));
      double correction = 1 - Math.pow(BETA2, step);
      for (int i = 0; i < vectors; i++) {
        for (int d = 0; d < dimensions; d++) {
          float g = gradient[i][d];
          m[i][d] = (float) (BETA1 * m[i][d] + (1 - BETA1) * g);
          v[i][d] = (float) (BETA2 * v[i][d] + (1 - BETA2) * g * g);
          x[i][d] -= (float) (rate * m[i][d] / (Math.sqrt(v[i][d] / correction) + EPSILON));
        }
      }
    }
  }

  /**
   * 2 S X with S = sign(X Xᵀ − I) where its size exceeds the cutoff, and the diagonal's own. S is
   * symmetric, so its columns are summed: then all inner loops run along vectors.
   */
  private float[][] gradient() {
    float[][] gradient = new float[vectors][];
    chunks()
        .parallel()
        .forEach(
            first -> {
              float[][] columns = columns(first);
              int width = columns[0].length;
              float[][] sums = new float[dimensions][width];
              float[][] slopes = new float[ROWS][width];
              for (int top = 0; top < vectors; top += ROWS) {
                int rows = Math.min(ROWS, vectors - top);
                float[][] block = Arrays.copyOfRange(x, top, top + rows);
                dots(block, columns, slopes);
                for (int r = 0; r < rows; r++) {
                  int diagonal = top + r - first;
                  boolean here = diagonal >= 0 && diagonal < width;
                  float off = here ? slopes[r][diagonal] - 1 : 0;
                  slopes(slopes[r]);
                  if (here) {
                    slopes[r][diagonal] = diagonalSlope(off);
                  }
                }
                addProducts(transposed(block), slopes, sums);
              }
              for (int j = 0; j < width; j++) {
                float[] row = new float[dimensions];
                for (int d = 0; d < dimensions; d++) {
                  row[d] = 2 * sums[d][j];
                }
                gradient[first + j] = row;
              }
            });
    return gradient;
  }

  /** Replaces every number by its sign, or by 0 within the cutoff. */
  private static void slopes(float[] values) {
    float cutoff = (float) CUTOFF;
    for (int j = 0; j < values.length; j++) {
      float excess = values[j] - Math.max(-cutoff, Math.min(cutoff, values[j]));
      values[j] = Math.max(-1, Math.min(1, excess * HUGE));
    }
  }

  /** Half the derivative by a squared length: that of ReLU(|l − 1| − 0.01) + N (l − 1)². */
  private float diagonalSlope(float off) {
    double slope = Math.abs(off) > CUTOFF ? Math.signum(off) : 0;
    return (float) (slope + 2.0 * vectors * off);
  }

  /** The first vector of each chunk. */
  private IntStream chunks() {
    return IntStream.range(0, (vectors + CHUNK - 1) / CHUNK).map(c -> c * CHUNK);
  }

  /** A chunk of Xᵀ, (dimensions, chunk): with it the products' inner loop runs along vectors. */
  private float[][] columns(int first) {
    return transposed(Arrays.copyOfRange(x, first, Math.min(first + CHUNK, vectors)));
  }

  private float[][] transposed(float[][] rows) {
    float[][] columns = new float[dimensions][rows.length];
    for (int d = 0; d < dimensions; d++) {
      for (int j = 0; j < rows.length; j++) {
        columns[d][j] = rows[j][d];
      }
    }
    return columns;
  }

  /** Sets the first rows of {@code out} to the dot products of {@code rows} with the columns. */
  private static void dots(float[][] rows, float[][] columns, float[][] out) {
    for (int r = 0; r < rows.length; r++) {
      Arrays.fill(out[r], 0);
    }
    addProducts(rows, columns, out);
  }

  /** out += weights · in, for weights (rows, terms), in (terms, width) and out (rows, width). */
  private static void addProducts(float[][] weights, float[][] in, float[][] out) {
    for (int r = 0; r < weights.length; r++) {
      float[] row = weights[r];
      int k = 0;
      for (; k + 4 <= row.length; k += 4) {
        addFour(row, k, in[k], in[k + 1], in[k + 2], in[k + 3], out[r]);
      }
      for (; k < row.length; k++) {
        addScaled(row[k], in[k], out[r]);
      }
    }
  }

  /**
   * Four terms at once save loads and stores of the sum. All arrays are read at one index: only
   * then does the compiler see that they do not overlap, and only up to so many.
   */
  private static void addFour(
      float[] weights, int k, float[] a, float[] b, float[] c, float[] d, float[] sum) {
    float wa = weights[k];
    float wb = weights[k + 1];
    float wc = weights[k + 2];
    float wd = weights[k + 3];
    for (int j = 0; j < sum.length; j++) {
      sum[j] += (wa * a[j] + wb * b[j]) + (wc * c[j] + wd * d[j]);
    }
  }

  private static void addScaled(float factor, float[] from, float[] to) {
    for (int d = 0; d < to.length; d++) {
      to[d] += factor * from[d];
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
        lengths[i] += (double) x[i][d] * x[i][d];
      }
      lengths[i] = Math.sqrt(lengths[i]);
    }
    double narrow = Packing.cosineOfDegreesFromRight(1);
    long[] histogram = new long[180];
    long[] closeAndCopies = new long[2];
    double[] largest = {0};
    chunks()
        .forEach(
            first -> {
              float[][] columns = columns(first);
              float[][] dots = new float[ROWS][columns[0].length];
              for (int top = first; top < vectors; top += ROWS) {
                int end = Math.min(top + ROWS, vectors);
                dots(Arrays.copyOfRange(x, top, end), columns, dots);
                for (int i = top; i < end; i++) {
                  for (int j = first; j < Math.min(i, first + dots[0].length); j++) {
                    double cosine =
                        Math.max(
                            -1, Math.min(1, dots[i - top][j - first] / (lengths[i] * lengths[j])));
                    closeAndCopies[0] += Math.abs(cosine) <= narrow ? 1 : 0;
                    closeAndCopies[1] += Math.abs(cosine) > COPY ? 1 : 0;
                    largest[0] = Math.max(largest[0], Math.abs(cosine));
                    histogram[(int) Math.min(179, Math.toDegrees(Math.acos(cosine)))]++;
                  }
                }
              }
            });
    double pairs = vectors * (vectors - 1.0) / 2;
    return new Angles(
        closeAndCopies[0] / pairs,
        Math.toDegrees(Math.acos(largest[0])),
        2.0 * closeAndCopies[1] / vectors,
        histogram);
  }
}
