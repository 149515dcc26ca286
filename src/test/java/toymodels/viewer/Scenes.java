package toymodels.viewer;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Scenes with known geometry. */
public final class Scenes {
  private Scenes() {}

  /** A regular polygon of unit vectors, importance falling by 0.8. */
  static Scene polygon(int n) {
    float[] w = new float[2 * n];
    for (int i = 0; i < n; i++) {
      w[2 * i] = (float) StrictMath.sin(2 * StrictMath.PI * i / n);
      w[2 * i + 1] = (float) StrictMath.cos(2 * StrictMath.PI * i / n);
    }
    return of("A regular polygon", 1, n, 2, w);
  }

  /** The six vertices of an octahedron. */
  public static Scene octahedron() {
    float[] w = {1, 0, 0, -1, 0, 0, 0, 1, 0, 0, -1, 0, 0, 0, 1, 0, 0, -1};
    return of("Three antipodal pairs", 1, 6, 3, w);
  }

  /** The square antiprism of eight unit vectors. */
  static Scene antiprism() {
    float[] w = new float[24];
    double height = 1 / Math.sqrt(3);
    double radius = Math.sqrt(1 - height * height);
    for (int i = 0; i < 8; i++) {
      double angle = StrictMath.PI / 4 * (2 * (i % 4) + (i < 4 ? 0 : 1));
      w[3 * i] = (float) (radius * StrictMath.cos(angle));
      w[3 * i + 1] = (float) (i < 4 ? height : -height);
      w[3 * i + 2] = (float) (radius * StrictMath.sin(angle));
    }
    return of("The square antiprism", 1, 8, 3, w);
  }

  /** Random vectors, some of them weak or zero. */
  public static Scene random(int models, int n, int m, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] w = new float[models * n * m];
    for (int v = 0; v < models * n; v++) {
      double size = v % 7 == 6 ? 0 : 0.4 + 0.7 * random.nextDouble();
      double square = 0;
      double[] direction = new double[m];
      for (int h = 0; h < m; h++) {
        direction[h] = random.nextDouble() + random.nextDouble() - 1;
        square += direction[h] * direction[h];
      }
      for (int h = 0; h < m; h++) {
        w[v * m + h] = (float) (size * direction[h] / Math.sqrt(square));
      }
    }
    return of("Random vectors", models, n, m, w);
  }

  static Scene of(String title, int models, int n, int m, float[] w) {
    float[] importance = new float[models * n];
    float[] density = new float[models * n];
    float[] biases = new float[models * n];
    float[] losses = new float[models];
    List<String> labels = new ArrayList<>();
    for (int k = 0; k < models; k++) {
      labels.add("model " + k);
      losses[k] = 0.01f * (k + 1);
      for (int i = 0; i < n; i++) {
        importance[k * n + i] = (float) StrictMath.pow(0.8, i);
        density[k * n + i] = 0.1f;
        biases[k * n + i] = -0.1f + 0.05f * i;
      }
    }
    SceneInfo info = new SceneInfo(title, models, n, m, importance, density, labels);
    return new Scene(info, 1234, w, biases, losses);
  }

  /** A course of training with one sudden fall. */
  static Timeline timeline() {
    int points = 200;
    int[] steps = new int[points];
    float[] losses = new float[points];
    for (int i = 0; i < points; i++) {
      steps[i] = (int) Math.round(StrictMath.expm1(StrictMath.log1p(10_000) * i / (points - 1)));
      double fall = 1 / (1 + StrictMath.exp(-(i - 120) / 2.0));
      losses[i] = (float) (0.2 * StrictMath.exp(-i / 90.0) * (1 - 0.6 * fall));
    }
    return new Timeline(steps, losses, new int[] {0, 10, 100, 1000, 10_000}, 10_000);
  }
}
