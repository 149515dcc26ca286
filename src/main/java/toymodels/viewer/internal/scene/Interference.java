package toymodels.viewer.internal.scene;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import toymodels.viewer.Scene;
import toymodels.viewer.SceneInfo;

/**
 * Which features of a model disturb each other: pairs whose directions are not orthogonal.
 *
 * <p>When feature j is active alone, output i receives Wᵢ · Wⱼ. A positive product is noise that
 * the ReLU lets through; a negative one is mostly absorbed by it (Elhage et al. 2022).
 */
public final class Interference {
  /** Features with a smaller norm are too weak to draw an edge to. */
  public static final double STRONG = 0.3;

  /** Edges of one model beyond this many would be a ball of wool. */
  private static final int MOST = 2_000;

  private Interference() {}

  /**
   * One interfering pair, i below j.
   *
   * @param cosine of the angle between them
   * @param weight (Wᵢ · Wⱼ)² (Iᵢ pⱼ + Iⱼ pᵢ), roughly what the pair costs
   */
  public record Edge(int i, int j, double cosine, double weight) {}

  /** Pairs with |cosine| above tau, the costliest first. */
  public static List<Edge> edges(Scene scene, int model, double tau) {
    int n = scene.info().features();
    double[] norms = norms(scene, model);
    List<Edge> edges = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      for (int j = i + 1; j < n && norms[i] > STRONG; j++) {
        if (norms[j] > STRONG) {
          double dot = scene.dot(model, i, j);
          double cosine = dot / (norms[i] * norms[j]);
          if (Math.abs(cosine) > tau) {
            edges.add(new Edge(i, j, cosine, dot * dot * stake(scene.info(), model, i, j)));
          }
        }
      }
    }
    edges.sort(Comparator.comparingDouble(Edge::weight).reversed());
    return edges.size() > MOST ? edges.subList(0, MOST) : edges;
  }

  private static double[] norms(Scene scene, int model) {
    double[] norms = new double[scene.info().features()];
    for (int i = 0; i < norms.length; i++) {
      norms[i] = scene.norm(model, i);
    }
    return norms;
  }

  private static double stake(SceneInfo info, int model, int i, int j) {
    int base = model * info.features();
    return (double) info.importance()[base + i] * info.density()[base + j]
        + (double) info.importance()[base + j] * info.density()[base + i];
  }

  /**
   * The connected components of strong features under edges.
   *
   * @return component of each feature, (features), numbered from 0 by first member; −1 if weak
   */
  public static int[] components(Scene scene, int model, List<Edge> edges) {
    int n = scene.info().features();
    int[] root = new int[n];
    for (int i = 0; i < n; i++) {
      root[i] = i;
    }
    for (Edge edge : edges) {
      root[find(root, edge.i())] = find(root, edge.j());
    }
    int[] component = new int[n];
    int[] number = new int[n];
    Arrays.fill(number, -1);
    int next = 0;
    for (int i = 0; i < n; i++) {
      if (scene.norm(model, i) <= STRONG) {
        component[i] = -1;
        continue;
      }
      int r = find(root, i);
      if (number[r] < 0) {
        number[r] = next++;
      }
      component[i] = number[r];
    }
    return component;
  }

  private static int find(int[] root, int i) {
    while (root[i] != i) {
      root[i] = root[root[i]];
      i = root[i];
    }
    return i;
  }

  /**
   * Features that disturb one feature most, by |Wᵢ · Wⱼ|, strongest first, at most {@code most}.
   */
  public static int[] strongest(Scene scene, int model, int feature, int most) {
    return IntStream.range(0, scene.info().features())
        .filter(j -> j != feature)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer j) -> -Math.abs(scene.dot(model, feature, j))))
        .limit(most)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** Σⱼ≠ᵢ (Ŵᵢ · Wⱼ)²: how much the others reach into a feature; 0 if it is not represented. */
  public static double received(Scene scene, int model, int feature) {
    double d = scene.dimensionality(model, feature);
    double square = scene.dot(model, feature, feature);
    return d == 0 ? 0 : square / d - square;
  }
}
