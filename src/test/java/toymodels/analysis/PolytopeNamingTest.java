package toymodels.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PolytopeNamingTest {
  private static final double NOISE = 0.02;
  private static final int DRAWS = 400;

  /** The Gram matrix of orthogonal polytopes, features shuffled, with symmetric noise. */
  private static double[] gram(Random random, double noise, Polytope... factors) {
    List<int[]> places = new ArrayList<>();
    for (int f = 0; f < factors.length; f++) {
      for (int k = 0; k < factors[f].size(); k++) {
        places.add(new int[] {f, k});
      }
    }
    Collections.shuffle(places, random);
    List<Geometry> shapes =
        Arrays.stream(factors).map(f -> Geometry.of(f.vertices(), f.dimensions())).toList();
    int n = places.size();
    double[] gram = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = i; j < n; j++) {
        int[] a = places.get(i);
        int[] b = places.get(j);
        double dot = a[0] == b[0] ? shapes.get(a[0]).dot(a[1], b[1]) : 0;
        gram[i * n + j] = dot + noise * random.nextGaussian();
        gram[j * n + i] = gram[i * n + j];
      }
    }
    return gram;
  }

  private static String name(double[] gram) {
    return PolytopeNaming.summary(PolytopeNaming.of(gram, (int) Math.sqrt(gram.length)));
  }

  @ParameterizedTest
  @EnumSource
  void noisy_polytopes_keep_their_names(Polytope polytope) {
    Random random = new Random(polytope.ordinal());
    int right = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
      right += name(gram(random, NOISE, polytope)).equals("1 " + polytope.label()) ? 1 : 0;
    }
    assertTrue(right >= 0.99 * DRAWS, right + " of " + DRAWS);
  }

  @Test
  void mixtures_are_taken_apart() {
    Random random = new Random(1);
    Polytope[] factors = {
      Polytope.DIGON,
      Polytope.PENTAGON,
      Polytope.DIGON,
      Polytope.DEDICATED,
      Polytope.SQUARE_ANTIPRISM,
      Polytope.TETRAHEDRON,
      Polytope.DIGON
    };
    int right = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
      String expected = "3 digons + 1 dedicated + 1 pentagon + 1 square antiprism + 1 tetrahedron";
      right += name(gram(random, NOISE, factors)).equals(expected) ? 1 : 0;
    }
    assertTrue(right >= 0.99 * DRAWS, right + " of " + DRAWS);
  }

  @Test
  void arrangements_that_are_no_polytope_are_unknown() {
    Random random = new Random(2);
    Polytope[] incomplete = {
      Polytope.PENTAGON,
      Polytope.HEXAGON,
      Polytope.HEPTAGON,
      Polytope.FIVE_CELL,
      Polytope.TETRAHEDRON,
      Polytope.SQUARE_ANTIPRISM,
      Polytope.ICOSAHEDRON
    };
    for (Polytope polytope : incomplete) {
      double[] v = polytope.vertices();
      double[] less = Arrays.copyOf(v, v.length - polytope.dimensions());
      Geometry geometry = Geometry.of(less, polytope.dimensions());
      assertEquals("1 unknown", name(geometry.gram()), polytope.label() + " without a vertex");
    }
    int named = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
      double[] w = random.doubles(18, -1, 1).toArray();
      named += name(Geometry.of(w, 3).gram()).contains("unknown") ? 0 : 1;
    }
    assertTrue(named <= 0.02 * DRAWS, named + " of " + DRAWS + " random arrangements named");
  }

  @Test
  void optima_of_the_exact_loss_are_named_though_not_ideal() {
    for (Polytope polytope : List.of(Polytope.PENTAGON, Polytope.SQUARE_ANTIPRISM)) {
      ExactMinimum trained = TegumFactors.relaxed(polytope, 0.05);
      assertEquals("1 " + polytope.label(), name(trained.geometry().gram()));
    }
  }

  @Test
  void products_with_a_name_of_their_own_have_it() {
    Random random = new Random(3);
    assertEquals(Optional.of("octahedron"), product(random, Polytope.DIGON, 3));
    assertEquals(Optional.of("square"), product(random, Polytope.DIGON, 2));
    assertEquals(Optional.empty(), product(random, Polytope.PENTAGON, 2));
    double[] bipyramid = gram(random, NOISE, Polytope.DIGON, Polytope.TRIANGLE);
    assertEquals(
        Optional.of("triangular bipyramid"),
        PolytopeNaming.product(PolytopeNaming.of(bipyramid, 5)));
  }

  private static Optional<String> product(Random random, Polytope polytope, int count) {
    double[] gram =
        gram(random, NOISE, Collections.nCopies(count, polytope).toArray(Polytope[]::new));
    return PolytopeNaming.product(PolytopeNaming.of(gram, count * polytope.size()));
  }

  @Test
  void a_histogram_counts_models_by_summary() {
    Geometry pentagon = Geometry.of(Polytope.PENTAGON.vertices(), 2);
    Geometry triangle = Geometry.of(Polytope.TRIANGLE.vertices(), 2);
    Geometry dead = Geometry.of(new double[4], 2);
    var histogram = PolytopeNaming.histogram(List.of(triangle, pentagon, pentagon, dead));
    assertEquals("1 pentagon", histogram.get(0).getKey());
    assertEquals(2, histogram.get(0).getValue());
    assertEquals(3, histogram.size());
    assertTrue(histogram.stream().anyMatch(e -> e.getKey().equals("nothing represented")));
  }

  @Test
  void a_projection_tells_what_it_hides() {
    // An octahedron seen from above: a third of it is hidden, and its poles fall on the centre.
    double[] w = {1, 0, 0, -1, 0, 0, 0, 1, 0, 0, -1, 0, 0, 0, 1, 0, 0, -1};
    Geometry octahedron = Geometry.of(w, 3);
    ProjectionHonesty above = new ProjectionHonesty(octahedron, new double[] {1, 0, 0, 0, 1, 0});
    assertEquals(2 / 3.0, above.visibleShare(), 1e-12);
    assertEquals(1, above.maxCosineError(0.5), 1e-12);
    assertEquals(0, above.cosineError(0, 2), 1e-12);
    double s = Math.sqrt(0.5);
    ProjectionHonesty aslant = new ProjectionHonesty(octahedron, new double[] {s, s, 0, 0, 0, 1});
    assertEquals(1, aslant.cosineError(0, 2), 1e-12);
    ProjectionHonesty all =
        new ProjectionHonesty(octahedron, new double[] {1, 0, 0, 0, 1, 0, 0, 0, 1});
    assertEquals(1, all.visibleShare(), 1e-12);
    assertEquals(0, all.maxCosineError(0.5), 1e-12);
  }
}
