package toymodels.analysis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcrustesTest {
  /** Vectors are floats of size one. */
  private static final float ROUNDING = 1e-5f;

  private static float[] cloud(SplittableRandom random, int count, int m, int rank) {
    float[] vectors = new float[count * m];
    for (int i = 0; i < count; i++) {
      for (int h = 0; h < rank; h++) {
        vectors[i * m + h] = (float) (2 * random.nextDouble() - 1);
      }
    }
    return vectors;
  }

  /** Any orthogonal matrix: the one that turns a cloud best onto another. */
  private static double[][] orthogonal(SplittableRandom random, int m) {
    return Procrustes.rotation(cloud(random, 9, m, m), cloud(random, 9, m, m), 0, 9, m);
  }

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (double) (a[i] - b[i]);
    }
    return sum;
  }

  @ParameterizedTest(name = "{0} vectors of {2} of {1} dimensions")
  @CsvSource({
    "5, 2, 2",
    "5, 2, 1",
    "1, 3, 1",
    "8, 3, 3",
    "8, 3, 2",
    "20, 8, 8",
    "3, 8, 3",
    "4, 1, 1"
  })
  void what_was_turned_is_turned_back(int count, int m, int rank) {
    SplittableRandom random = new SplittableRandom(7);
    for (int trial = 0; trial < 20; trial++) {
      float[] original = cloud(random, count, m, rank);
      float[] turned = original.clone();
      Procrustes.turn(orthogonal(random, m), turned, 0, count);
      double[][] back = Procrustes.rotation(original, turned, 0, count, m);
      for (int r = 0; r < m; r++) {
        for (int c = 0; c < m; c++) {
          double dot = 0;
          for (int k = 0; k < m; k++) {
            dot += back[r][k] * back[c][k];
          }
          assertEquals(r == c ? 1 : 0, dot, 1e-9, "rows " + r + " and " + c);
        }
      }
      Procrustes.turn(back, turned, 0, count);
      assertArrayEquals(original, turned, ROUNDING);
    }
  }

  @ParameterizedTest
  @CsvSource({"5, 2", "8, 3", "12, 5"})
  void no_other_turn_lies_better(int count, int m) {
    SplittableRandom random = new SplittableRandom(8);
    float[] onto = cloud(random, count, m, m);
    float[] from = cloud(random, count, m, m);
    float[] best = from.clone();
    Procrustes.turn(Procrustes.rotation(onto, from, 0, count, m), best, 0, count);
    for (int trial = 0; trial < 100; trial++) {
      float[] other = from.clone();
      Procrustes.turn(orthogonal(random, m), other, 0, count);
      assertTrue(distance(onto, best) <= distance(onto, other) + ROUNDING);
    }
  }
}
