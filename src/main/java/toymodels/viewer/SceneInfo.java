package toymodels.viewer;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What stays the same while models train: how many there are, what they learn, what they are
 * called.
 *
 * @param title shown above the picture
 * @param models how many, at least 1
 * @param features n, directions of each model
 * @param hidden m, coordinates of each direction
 * @param importance Iᵢ, (models, features)
 * @param density pᵢ, (models, features)
 * @param labels one a model, such as "density 0.1"
 */
public record SceneInfo(
    String title,
    int models,
    int features,
    int hidden,
    float[] importance,
    float[] density,
    List<String> labels) {
  /**
   * @throws IllegalArgumentException if a size is below 1 or an array has another length
   */
  public SceneInfo {
    labels = List.copyOf(labels);
    if (models < 1 || features < 1 || hidden < 1) {
      throw new IllegalArgumentException(
          "%d models of %d features in %d dimensions: there is nothing to see"
              .formatted(models, features, hidden));
    }
    long vectors = (long) models * features;
    if (importance.length != vectors || density.length != vectors || labels.size() != models) {
      throw new IllegalArgumentException(
          "%d importances, %d densities, %d labels for %d models of %d features"
              .formatted(importance.length, density.length, labels.size(), models, features));
    }
  }

  /** Vectors of which nothing but the directions is known: importance and density are 1. */
  public static SceneInfo unknown(String title, int models, int features, int hidden) {
    float[] ones = new float[models * features];
    Arrays.fill(ones, 1);
    List<String> labels =
        models == 1
            ? Collections.singletonList("")
            : IntStream.range(0, models).mapToObj(k -> "model " + k).toList();
    return new SceneInfo(title, models, features, hidden, ones, ones, labels);
  }

  /** Feature vectors in all. */
  public int vectors() {
    return models * features;
  }
}
