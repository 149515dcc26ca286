package toymodels.analysis;

import java.util.Arrays;
import java.util.List;

/**
 * The shapes that features in superposition take, as unit vectors: the tegum factors that the paper
 * finds and their rivals (Elhage et al. 2022, Geometry of Superposition).
 */
public enum Polytope {
  /** One feature with a dimension of its own. */
  DEDICATED("dedicated", 1, new double[] {1}),
  /** An antipodal pair. */
  DIGON("digon", 1, new double[] {1, -1}),
  TRIANGLE("triangle", 2, polygon(3)),
  TETRAHEDRON("tetrahedron", 3, simplex(3)),
  PENTAGON("pentagon", 2, polygon(5)),
  /** The simplex of four dimensions. */
  FIVE_CELL("5-cell", 4, simplex(4)),
  HEXAGON("hexagon", 2, polygon(6)),
  HEPTAGON("heptagon", 2, polygon(7)),
  OCTAGON("octagon", 2, polygon(8)),
  /** The square antiprism that is a tight frame: two squares at heights ±1/√3, turned by 45°. */
  SQUARE_ANTIPRISM("square antiprism", 3, antiprism(1 / Math.sqrt(3))),
  ICOSAHEDRON("icosahedron", 3, icosahedron());

  private final String label;
  private final int dimensions;
  private final double[] vertices;

  Polytope(String label, int dimensions, double[] vertices) {
    this.label = label;
    this.dimensions = dimensions;
    this.vertices = vertices;
  }

  /** The name in words, such as {@code square antiprism}. */
  public String label() {
    return label;
  }

  /** Hidden dimensions that it fills. */
  public int dimensions() {
    return dimensions;
  }

  /** Features that it holds. */
  public int size() {
    return vertices.length / dimensions;
  }

  /** Unit vectors, (features, dimensions), a copy. */
  public double[] vertices() {
    return vertices.clone();
  }

  /** The dimensionality Dᵢ of each of its features: they are tight frames, so dimensions / size. */
  public double dimensionality() {
    return (double) dimensions / size();
  }

  /**
   * The shapes that bear this name, each (features, dimensions): the ideal one first. Models
   * flatten the square antiprism below the tight frame as features become sparser.
   */
  List<double[]> forms() {
    return this == SQUARE_ANTIPRISM
        ? List.of(vertices, antiprism(0.55), antiprism(0.52))
        : List.of(vertices);
  }

  /** Unit vectors at equal angles in the plane, (count, 2). */
  static double[] polygon(int count) {
    double[] v = new double[2 * count];
    for (int k = 0; k < count; k++) {
      v[2 * k] = Math.cos(2 * Math.PI * k / count);
      v[2 * k + 1] = Math.sin(2 * Math.PI * k / count);
    }
    return v;
  }

  /** The d + 1 unit vectors of which each two have cosine −1/d, (d + 1, d), by Cholesky. */
  static double[] simplex(int d) {
    double[] v = new double[(d + 1) * d];
    for (int i = 0; i <= d; i++) {
      for (int k = 0; k < Math.min(i, d); k++) {
        double dot = -1.0 / d;
        for (int t = 0; t < k; t++) {
          dot -= v[i * d + t] * v[k * d + t];
        }
        v[i * d + k] = dot / v[k * d + k];
      }
      if (i < d) {
        double rest = 1;
        for (int t = 0; t < i; t++) {
          rest -= v[i * d + t] * v[i * d + t];
        }
        v[i * d + i] = Math.sqrt(rest);
      }
    }
    return v;
  }

  /** Two squares of unit vectors at heights ±z, one turned by 45 degrees, (8, 3). */
  static double[] antiprism(double z) {
    double[] v = new double[24];
    double radius = Math.sqrt(1 - z * z);
    for (int k = 0; k < 8; k++) {
      v[3 * k] = radius * Math.cos(Math.PI / 4 * k);
      v[3 * k + 1] = radius * Math.sin(Math.PI / 4 * k);
      v[3 * k + 2] = k % 2 == 0 ? z : -z;
    }
    return v;
  }

  private static double[] icosahedron() {
    double golden = (1 + Math.sqrt(5)) / 2;
    double[] v = new double[36];
    int at = 0;
    for (int axis = 0; axis < 3; axis++) {
      for (int signs = 0; signs < 4; signs++) {
        v[at + axis] = signs % 2 == 0 ? 1 : -1;
        v[at + (axis + 1) % 3] = signs < 2 ? golden : -golden;
        at += 3;
      }
    }
    double length = Math.sqrt(1 + golden * golden);
    return Arrays.stream(v).map(x -> x / length).toArray();
  }
}
