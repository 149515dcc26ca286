package toymodels.viewer.internal.scene;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import toymodels.analysis.Geometry;
import toymodels.analysis.PolytopeNaming;
import toymodels.viewer.Scene;
import toymodels.viewer.SceneInfo;

/** What the polytopes of a model are called. */
public final class PolytopeNames {
  /** Models of more features are not named while they are drawn. */
  private static final int MOST_FEATURES = 64;

  private static volatile PolytopeNames latest;

  private final Scene scene;
  private final Map<Integer, String> names = new ConcurrentHashMap<>();

  private PolytopeNames(Scene scene) {
    this.scene = scene;
  }

  /**
   * Such as "pentagon" or "2 digons + 1 triangle"; empty if nothing is represented or there are too
   * many features. Names of the latest scene are kept.
   */
  public static String of(Scene scene, int model) {
    PolytopeNames known = latest;
    if (known == null || known.scene != scene) {
      known = new PolytopeNames(scene);
      latest = known;
    }
    return known.names.computeIfAbsent(model, known::name);
  }

  private String name(int model) {
    SceneInfo info = scene.info();
    if (info.features() > MOST_FEATURES) {
      return "";
    }
    double[] vectors = new double[info.features() * info.hidden()];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = scene.directions()[model * vectors.length + i];
      if (!Double.isFinite(vectors[i])) {
        return "diverged";
      }
    }
    List<PolytopeNaming.Component> components =
        PolytopeNaming.of(Geometry.of(vectors, info.hidden()));
    if (components.isEmpty()) {
      return "";
    }
    return PolytopeNaming.product(components)
        .orElseGet(() -> PolytopeNaming.summary(components).replaceFirst("^1 (?!.*\\+)", ""));
  }

  /** How many models have each name, the most frequent first. */
  public static String histogram(Map<String, Integer> counts) {
    return counts.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .map(e -> e.getValue() + " × " + e.getKey())
        .collect(Collectors.joining("   "));
  }
}
