package toymodels.analysis;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Names the shapes in a model: each connected component of the interference graph is compared, in
 * every order of its features, with the cosines of the ideal {@link Polytope}s of its size. Norms
 * do not matter. What is like none of them is unknown.
 */
public final class PolytopeNaming {
  /** Features of at most this norm are not represented. */
  public static final double MIN_NORM = 0.3;

  /** Directions within this |cosine| of 0 count as orthogonal. */
  public static final double MIN_COSINE = 0.2;

  /**
   * A name is given up to this root mean square error of cosines. Noise of 0.02 stays under 0.04;
   * the nearest pair of shapes of one size, the 5-cell without a vertex and the tetrahedron, are
   * 0.083 apart.
   */
  private static final double MAX_ERROR = 0.06;

  /** No single cosine may be further off than this: five to six deviations of that noise. */
  private static final double MAX_DEVIATION = 0.15;

  private PolytopeNaming() {}

  /**
   * One component of a model.
   *
   * @param features its features, ascending
   * @param polytope its shape; empty when unknown
   */
  public record Component(int[] features, Optional<Polytope> polytope) {
    /** The name in words. */
    public String label() {
      return polytope.map(Polytope::label).orElse("unknown");
    }
  }

  /** The components of a model, by their first feature. */
  public static List<Component> of(Geometry geometry) {
    return of(geometry.gram(), geometry.features());
  }

  /**
   * The components of a Gram matrix, by their first feature.
   *
   * @param gram WᵀW, (features, features)
   */
  public static List<Component> of(double[] gram, int features) {
    InterferenceGraph graph = new InterferenceGraph(gram, features, MIN_NORM, MIN_COSINE);
    return graph.components().stream().map(c -> new Component(c, name(graph, c))).toList();
  }

  private static Optional<Polytope> name(InterferenceGraph graph, int[] component) {
    Optional<Polytope> best = Optional.empty();
    int pairs = component.length * (component.length - 1) / 2;
    // A single cosine has no others to average its noise with, and a pair no shape to confuse with.
    double error = pairs == 1 ? MAX_DEVIATION : MAX_ERROR;
    double least = error * error * pairs;
    for (Polytope polytope : Polytope.values()) {
      for (double[] form :
          polytope.size() == component.length ? polytope.forms() : List.<double[]>of()) {
        Matching matching = new Matching(graph, component, form, polytope.dimensions(), least);
        if (matching.found()) {
          best = Optional.of(polytope);
          least = matching.least;
        }
      }
    }
    return best;
  }

  /**
   * "9 digons + 1 pentagon": the components of a model, most frequent shape first, then by size.
   */
  public static String summary(Collection<Component> components) {
    Map<String, Long> counts =
        components.stream()
            .collect(Collectors.groupingBy(Component::label, TreeMap::new, Collectors.counting()));
    if (counts.isEmpty()) {
      return "nothing represented";
    }
    return counts.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .map(e -> e.getValue() + " " + plural(e.getKey(), e.getValue()))
        .collect(Collectors.joining(" + "));
  }

  private static String plural(String label, long count) {
    if (count == 1 || label.equals("dedicated") || label.equals("unknown")) {
      return label;
    }
    return switch (label) {
      case "tetrahedron" -> "tetrahedra";
      case "icosahedron" -> "icosahedra";
      default -> label + "s";
    };
  }

  /**
   * The name of a whole model's polytope where its tegum factors make one that has a name of its
   * own: square, octahedron, triangular and pentagonal bipyramid.
   */
  public static Optional<String> product(Collection<Component> components) {
    Map<Polytope, Integer> counts = new EnumMap<>(Polytope.class);
    for (Component component : components) {
      if (component.polytope().isEmpty()) {
        return Optional.empty();
      }
      counts.merge(component.polytope().get(), 1, Integer::sum);
    }
    Map<Map<Polytope, Integer>, String> names =
        Map.of(
            Map.of(Polytope.DIGON, 2), "square",
            Map.of(Polytope.DIGON, 3), "octahedron",
            Map.of(Polytope.DIGON, 4), "16-cell",
            Map.of(Polytope.TRIANGLE, 1, Polytope.DIGON, 1), "triangular bipyramid",
            Map.of(Polytope.PENTAGON, 1, Polytope.DIGON, 1), "pentagonal bipyramid");
    return Optional.ofNullable(names.get(counts));
  }

  /** How many models of a batch have each summary, most frequent first. */
  public static List<Map.Entry<String, Long>> histogram(Collection<Geometry> models) {
    Map<String, Long> counts =
        models.stream()
            .collect(
                Collectors.groupingBy(g -> summary(of(g)), TreeMap::new, Collectors.counting()));
    List<Map.Entry<String, Long>> sorted = new ArrayList<>(counts.entrySet());
    sorted.sort(Map.Entry.<String, Long>comparingByValue().reversed());
    return sorted;
  }

  /** The best order of a component's features on the vertices of one shape, by backtracking. */
  private static final class Matching {
    private final double[][] have;
    private final double[][] want;
    private final int size;
    private final int[] vertexOf;
    private final boolean[] taken;
    private final double bound;
    private double least;

    Matching(
        InterferenceGraph graph, int[] component, double[] form, int dimensions, double bound) {
      this.size = component.length;
      this.bound = bound;
      this.least = bound;
      have = new double[size][size];
      want = new double[size][size];
      Geometry shape = Geometry.of(form, dimensions);
      for (int i = 0; i < size; i++) {
        for (int j = 0; j < size; j++) {
          have[i][j] = graph.cosine(component[i], component[j]);
          want[i][j] = shape.cosine(i, j);
        }
      }
      vertexOf = new int[size];
      taken = new boolean[size];
      // Every vertex of these shapes can be turned into every other: the first feature takes one.
      taken[0] = true;
      extend(1, 0);
    }

    private void extend(int next, double error) {
      if (next == size) {
        least = error;
        return;
      }
      for (int vertex = 0; vertex < size; vertex++) {
        if (!taken[vertex]) {
          double sum = error + mismatch(next, vertex);
          if (sum < least) {
            taken[vertex] = true;
            vertexOf[next] = vertex;
            extend(next + 1, sum);
            taken[vertex] = false;
          }
        }
      }
    }

    private double mismatch(int next, int vertex) {
      double sum = 0;
      for (int i = 0; i < next; i++) {
        double off = have[i][next] - want[vertexOf[i]][vertex];
        if (Math.abs(off) > MAX_DEVIATION) {
          return Double.POSITIVE_INFINITY;
        }
        sum += off * off;
      }
      return sum;
    }

    boolean found() {
      return least < bound || size == 1;
    }
  }
}
