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

  /** Their columns at a time: 100 dimensions of so many floats stay in the second cache. */
  private static final int CHUNK = 1024;

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

  /** 2 S X with S = sign(X Xᵀ − I) where its size exceeds the cutoff, and the diagonal's own. */
  private float[][] gradient() {
    float[][] gradient = new float[vectors][dimensions];
    forEachTile(
        true,
        (i, first, dots) -> {
          for (int j = 0; j < dots.length; j++) {
            addGradient(i, first + j, dots[j], gradient[i]);
          }
        });
    return gradient;
  }

  private void addGradient(int i, int j, float dot, float[] gradient) {
    double off = dot - (i == j ? 1 : 0);
    double slope = Math.abs(off) > CUTOFF ? Math.signum(off) : 0;
    float factor = (float) (2 * (slope + (i == j ? 2.0 * vectors * off : 0)));
    if (factor != 0) {
      addScaled(factor, x[j], gradient);
    }
  }

  /** Two arrays at one index: only then does the compiler see that they do not overlap. */
  private static void addScaled(float factor, float[] from, float[] to) {
    for (int d = 0; d < to.length; d++) {
      to[d] += factor * from[d];
    }
  }

  /** What is done with the dot products of vector i and those from {@code first} on. */
  private interface Tile {
    void take(int i, int first, float[] dots);
  }

  /**
   * Hands out X Xᵀ in tiles that keep their part of X in cache; a vector's tiles come in order and
   * on one thread, so sums over them do not depend on threads.
   */
  private void forEachTile(boolean parallel, Tile tile) {
    int chunks = (vectors + CHUNK - 1) / CHUNK;
    float[][][] columns = new float[chunks][][];
    Arrays.setAll(columns, c -> columns(c * CHUNK));
    IntStream blocks = IntStream.range(0, (vectors + BLOCK - 1) / BLOCK);
    (parallel ? blocks.parallel() : blocks)
        .forEach(
            block -> {
              int end = Math.min((block + 1) * BLOCK, vectors);
              for (int c = 0; c < chunks; c++) {
                float[] dots = new float[columns[c][0].length];
                for (int i = block * BLOCK; i < end; i++) {
                  Arrays.fill(dots, 0);
                  for (int d = 0; d < dimensions; d++) {
                    addScaled(x[i][d], columns[c][d], dots);
                  }
                  tile.take(i, c * CHUNK, dots);
                }
              }
            });
  }

  /** A chunk of Xᵀ, (dimensions, chunk): with it the products' inner loop runs along vectors. */
  private float[][] columns(int first) {
    float[][] columns = new float[dimensions][Math.min(CHUNK, vectors - first)];
    for (int d = 0; d < dimensions; d++) {
      for (int j = 0; j < columns[d].length; j++) {
        columns[d][j] = x[first + j][d];
      }
    }
    return columns;
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
    forEachTile(
        false,
        (i, first, dots) -> {
          for (int j = first; j < Math.min(i, first + dots.length); j++) {
            double cosine = Math.max(-1, Math.min(1, dots[j - first] / (lengths[i] * lengths[j])));
            closeAndCopies[0] += Math.abs(cosine) <= narrow ? 1 : 0;
            closeAndCopies[1] += Math.abs(cosine) > COPY ? 1 : 0;
            largest[0] = Math.max(largest[0], Math.abs(cosine));
            histogram[(int) Math.min(179, Math.toDegrees(Math.acos(cosine)))]++;
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
