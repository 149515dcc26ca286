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
  private final Geometry geometry;
  private final double minNorm;
  private final double minCosine;

  /**
   * @param minNorm features of at most this norm are left out
   * @param minCosine two features are joined where |cos| of their angle exceeds this
   */
  public InterferenceGraph(Geometry geometry, double minNorm, double minCosine) {
    this.geometry = geometry;
    this.minNorm = minNorm;
    this.minCosine = minCosine;
  }

  /** Whether both features are live and not orthogonal. */
  public boolean joins(int i, int j) {
    return i != j
        && geometry.norm(i) > minNorm
        && geometry.norm(j) > minNorm
        && Math.abs(geometry.cosine(i, j)) > minCosine;
  }

  /** Features of each connected component, ascending, components by their first feature. */
  public List<int[]> components() {
    List<int[]> components = new ArrayList<>();
    boolean[] seen = new boolean[geometry.features()];
    for (int start : geometry.liveFeatures(minNorm)) {
      if (!seen[start]) {
        components.add(reachableFrom(start, seen));
      }
    }
    return components;
  }

  private int[] reachableFrom(int start, boolean[] seen) {
    int[] reached = new int[geometry.features()];
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
