package toymodels.viewer;

import java.util.Comparator;
import java.util.stream.IntStream;
import toymodels.viewer.internal.scene.PolytopeNames;

/** In which order many models are shown side by side. */
public enum ModelOrder {
  /** As they are numbered. */
  NUMBER("number"),
  /** The smallest loss first. */
  LOSS("loss, smallest first"),
  /** The densest first: the mean of pᵢ. */
  DENSITY("density, densest first"),
  /** The most represented features first: the sum of Dᵢ. */
  DIMENSIONALITY("dimensions used, most first"),
  /** The same polytopes together. */
  SHAPE("polytopes");

  private final String title;

  ModelOrder(String title) {
    this.title = title;
  }

  /** The name in the picture. */
  public String title() {
    return title;
  }

  /** Models in this order; equal ones as they are numbered. */
  public int[] sorted(Scene scene, int[] models) {
    if (this == NUMBER) {
      return models;
    }
    if (this == SHAPE) {
      return sorted(models, Comparator.comparing((Integer k) -> PolytopeNames.of(scene, k)));
    }
    double[] keys = new double[scene.info().models()];
    for (int k : models) {
      keys[k] = key(scene, k);
    }
    return sorted(models, Comparator.comparingDouble((Integer k) -> keys[k]));
  }

  private static int[] sorted(int[] models, Comparator<Integer> comparator) {
    return IntStream.of(models).boxed().sorted(comparator).mapToInt(Integer::intValue).toArray();
  }

  private double key(Scene scene, int model) {
    int n = scene.info().features();
    double sum = 0;
    for (int i = 0; i < n && this != LOSS; i++) {
      sum -=
          this == DENSITY ? scene.info().density()[model * n + i] : scene.dimensionality(model, i);
    }
    return this == LOSS ? scene.losses()[model] : sum;
  }
}
