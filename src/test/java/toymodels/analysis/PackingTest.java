package toymodels.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PackingTest {
  private static final double ONE_DEGREE = Packing.cosineOfDegreesFromRight(1);

  @ParameterizedTest
  @CsvSource({"100, 103", "1000, 1438", "3000, 34776"})
  void at_most_so_many_vectors_within_a_degree_of_orthogonal(int dimensions, double most) {
    assertEquals(most, Packing.mostVectors(dimensions, ONE_DEGREE), 1);
  }

  @Test
  void only_above_3283_dimensions_may_the_number_explode() {
    assertEquals(.017452, ONE_DEGREE, 1e-6);
    assertTrue(Double.isFinite(Packing.mostVectors(3283, ONE_DEGREE)));
    assertTrue(Double.isInfinite(Packing.mostVectors(3284, ONE_DEGREE)));
  }

  @Test
  void ten_thousand_lines_in_a_hundred_dimensions() {
    assertEquals(.0995, Packing.welch(10_000, 100), 1e-4);
    assertEquals(.1400, Packing.levenshtein(10_000, 100), 1e-4);
    double angle = Math.toDegrees(Math.acos(Packing.leastMaxCosine(10_000, 100)));
    assertEquals(81.95, angle, 0.01);
    assertEquals(0, Packing.levenshtein(200, 100));
  }

  @ParameterizedTest
  @CsvSource({"3, 6", "5, 10", "6, 16", "7, 28", "23, 276"})
  void equiangular_tight_frames_meet_both_bounds(int dimensions, int vectors) {
    double welch = Packing.welch(vectors, dimensions);
    assertEquals(vectors, Packing.mostVectors(dimensions, welch + 1e-12), 1);
    if (dimensions == 3) {
      // The icosahedron's six axes.
      assertEquals(1 / Math.sqrt(5), welch, 1e-12);
      Geometry axes = Geometry.of(Polytope.ICOSAHEDRON.vertices(), 3);
      assertEquals(welch, Math.abs(axes.cosine(0, 1)), 1e-12);
    }
  }

  @ParameterizedTest
  @CsvSource({"100, .1385", "1000, .4190", "12288, .9470", "50000, .9999"})
  void random_directions_are_within_a_degree_of_orthogonal_so_often(int dimensions, double share) {
    assertEquals(share, Packing.randomShare(dimensions, ONE_DEGREE), 5e-4);
  }

  @Test
  void the_union_bound_promises_little_at_the_size_of_gpt3() {
    assertEquals(2.5, Packing.unionBound(12_288, ONE_DEGREE, 1), 0.1);
    assertTrue(Packing.unionBound(181_000, ONE_DEGREE, 1) > 7e5);
  }

  @ParameterizedTest
  @CsvSource({
    "2, .5",
    "3, 1.732050808",
    "4, 3.674234614",
    "5, 6.474691495",
    "6, 9.985281374",
    "7, 14.452977414",
    "8, 19.675287861",
    "9, 25.759986531",
    "10, 32.716949460",
    "11, 40.596450510",
    "12, 49.165253058"
  })
  void thomson_energies_are_the_known_ones(int points, double energy) {
    assertEquals(energy, Thomson.energy(points, 12, 1), 2e-8);
  }

  @Test
  void the_published_optimisation_hides_near_copies_where_no_room_is() {
    AlmostOrthogonal run = new AlmostOrthogonal(600, 10, 1);
    AlmostOrthogonal.Angles before = run.angles();
    assertEquals(Packing.randomShare(10, ONE_DEGREE), before.within1Degree(), 0.01);
    assertTrue(before.nearCopies() < 0.5, before.toString());
    run.advance(250);
    AlmostOrthogonal.Angles after = run.angles();
    assertTrue(after.within1Degree() > 3 * before.within1Degree(), after.toString());
    assertTrue(after.nearCopies() > 10, after.toString());
    assertTrue(after.smallestAngle() < 5, after.toString());
    long pairs = 0;
    for (long bin : after.histogram()) {
      pairs += bin;
    }
    assertEquals(600 * 599 / 2, pairs);
  }
}
