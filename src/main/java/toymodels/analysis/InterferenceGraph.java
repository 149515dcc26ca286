package toymodels.analysis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The feature geometry graph: features are nodes, joined where their directions are not orthogonal.
 * Its connected components are the tegum factors of the arrangement (Elhage et al. 2022, Geometry
 * of Superposition).
 */
public final class InterferenceGraph {
  private final double[] gram;
  private final int features;
  private final double minNorm;
  private final double minCosine;

  /**
   * @param minNorm features of at most this norm are left out
   * @param minCosine two features are joined where |cos| of their angle exceeds this
   */
  public InterferenceGraph(Geometry geometry, double minNorm, double minCosine) {
    this(geometry.gram(), geometry.features(), minNorm, minCosine);
  }

  /**
   * @param gram WᵀW, (features, features)
   */
  public InterferenceGraph(double[] gram, int features, double minNorm, double minCosine) {
    this.gram = gram;
    this.features = features;
    this.minNorm = minNorm;
    this.minCosine = minCosine;
  }

  /** Whether both features are live and not orthogonal. */
  public boolean joins(int i, int j) {
    return i != j && live(i) && live(j) && Math.abs(cosine(i, j)) > minCosine;
  }

  private boolean live(int i) {
    return gram[i * features + i] > minNorm * minNorm;
  }

  /** The cosine of the angle between two live features. */
  double cosine(int i, int j) {
    return gram[i * features + j] / Math.sqrt(gram[i * features + i] * gram[j * features + j]);
  }

  /** Features of each connected component, ascending, components by their first feature. */
  public List<int[]> components() {
    List<int[]> components = new ArrayList<>();
    boolean[] seen = new boolean[features];
    for (int start = 0; start < features; start++) {
      if (live(start) && !seen[start]) {
        components.add(reachableFrom(start, seen));
      }
    }
    return components;
  }

  private int[] reachableFrom(int start, boolean[] seen) {
    int[] reached = new int[features];
    reached[0] = start;
    seen[start] = true;
    int count = 1;
    for (int next = 0; next < count; next++) {
      for (int j = 0; j < seen.length; j++) {
        if (!seen[j] && joins(reached[next], j)) {
          seen[j] = true;
          reached[count++] = j;
        }
      }
    }
    int[] component = Arrays.copyOf(reached, count);
    Arrays.sort(component);
    return component;
  }
}
