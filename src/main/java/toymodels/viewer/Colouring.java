package toymodels.viewer;

import java.util.List;
import toymodels.viewer.internal.scene.Interference;
import toymodels.viewer.internal.scene.Palette;

/** Which number of a feature its colour shows. */
public enum Colouring {
  /** Iᵢ, from the smallest to the largest. */
  IMPORTANCE("importance"),
  /** Dᵢ, the share of a dimension, from 0 to 1. */
  DIMENSIONALITY("dimensionality"),
  /** Σⱼ (Ŵᵢ · Wⱼ)² over the others, from 0 to 1. */
  INTERFERENCE("interference"),
  /** The connected component of interfering features. */
  COMPONENT("component"),
  /** bᵢ, from −½ to ½. */
  BIAS("bias");

  private final String title;

  Colouring(String title) {
    this.title = title;
  }

  /** The colour bar's title. */
  public String title() {
    return title;
  }

  /** Numbers at the colour bar's ends; for components there is no bar. */
  public double[] range(SceneInfo info) {
    return switch (this) {
      case IMPORTANCE -> extent(info.importance());
      case BIAS -> new double[] {-0.5, 0.5};
      default -> new double[] {0, 1};
    };
  }

  private static double[] extent(float[] values) {
    float low = Float.POSITIVE_INFINITY;
    float high = 0;
    for (float value : values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    return low < 0.99 * high ? new double[] {low, high} : new double[] {0, high == 0 ? 1 : high};
  }

  /** Colours, (256, 3). */
  public float[] table(Palette sequential) {
    return switch (this) {
      case COMPONENT -> Palette.categories();
      case BIAS -> Palette.DIVERGING.table();
      default -> sequential.table();
    };
  }

  /**
   * The entry of the table for each feature of the models, (models, features).
   *
   * @param tau the smallest |cosine| that connects a component
   */
  public byte[] entries(Scene scene, double tau) {
    SceneInfo info = scene.info();
    byte[] entries = new byte[info.vectors()];
    double[] range = range(info);
    for (int k = 0; k < info.models(); k++) {
      int base = k * info.features();
      int[] components = this == COMPONENT ? components(scene, k, tau) : null;
      for (int i = 0; i < info.features(); i++) {
        if (components != null) {
          entries[base + i] = (byte) (components[i] < 0 ? 7 : components[i] % 7);
        } else {
          double t = (value(scene, k, i) - range[0]) / (range[1] - range[0]);
          entries[base + i] = (byte) Math.round(255 * Math.max(0, Math.min(1, t)));
        }
      }
    }
    return entries;
  }

  private static int[] components(Scene scene, int model, double tau) {
    List<Interference.Edge> edges = Interference.edges(scene, model, tau);
    return Interference.components(scene, model, edges);
  }

  private double value(Scene scene, int model, int feature) {
    int index = model * scene.info().features() + feature;
    return switch (this) {
      case IMPORTANCE -> scene.info().importance()[index];
      case DIMENSIONALITY -> scene.dimensionality(model, feature);
      case INTERFERENCE -> Interference.received(scene, model, feature);
      case BIAS -> scene.biases()[index];
      case COMPONENT -> throw new AssertionError("components are not a scale");
    };
  }
}
