package toymodels.viewer;

/**
 * Many models at one moment of their training: never changed, so any thread may hold it.
 *
 * @param info what stays the same
 * @param step steps taken
 * @param directions Wᵢ, (models, features, hidden)
 * @param biases bᵢ, (models, features); all 0 if there are none
 * @param losses the notebook's loss of each model, (models); NaN if unknown
 */
public record Scene(SceneInfo info, int step, float[] directions, float[] biases, float[] losses) {
  /** Norms below this draw as a hollow dot at the origin: the feature is not represented. */
  public static final float NOT_REPRESENTED = 1e-3f;

  /**
   * @throws IllegalArgumentException if an array has another length than the cast asks for
   */
  public Scene {
    if (directions.length != (long) info.vectors() * info.hidden()
        || biases.length != info.vectors()
        || losses.length != info.models()) {
      throw new IllegalArgumentException(
          "%d weights, %d biases, %d losses for %d models of %d features in %d dimensions"
              .formatted(
                  directions.length,
                  biases.length,
                  losses.length,
                  info.models(),
                  info.features(),
                  info.hidden()));
    }
  }

  /** ‖Wᵢ‖. */
  public float norm(int model, int feature) {
    return (float) Math.sqrt(dot(model, feature, feature));
  }

  /** Wᵢ · Wⱼ, in double. */
  public double dot(int model, int i, int j) {
    int m = info.hidden();
    int a = (model * info.features() + i) * m;
    int b = (model * info.features() + j) * m;
    double sum = 0;
    for (int h = 0; h < m; h++) {
      sum += (double) directions[a + h] * directions[b + h];
    }
    return sum;
  }

  /** Dᵢ = ‖Wᵢ‖² / Σⱼ (Ŵᵢ · Wⱼ)², the feature's share of a dimension; 0 if not represented. */
  public double dimensionality(int model, int feature) {
    double square = dot(model, feature, feature);
    if (square < NOT_REPRESENTED * NOT_REPRESENTED) {
      return 0;
    }
    double shared = 0;
    for (int j = 0; j < info.features(); j++) {
      double dot = dot(model, feature, j);
      shared += dot * dot / square;
    }
    return square / shared;
  }

  /** The scene part of the way to a later one of the same cast, t in [0, 1]. */
  Scene towards(Scene later, float t) {
    return new Scene(
        info,
        Math.round(step + (later.step - step) * t),
        mix(directions, later.directions, t),
        mix(biases, later.biases, t),
        mix(losses, later.losses, t));
  }

  private static float[] mix(float[] a, float[] b, float t) {
    float[] mixed = new float[a.length];
    for (int i = 0; i < a.length; i++) {
      mixed[i] = a[i] + (b[i] - a[i]) * t;
    }
    return mixed;
  }
}
