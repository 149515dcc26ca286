package toymodels.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import toymodels.analysis.Geometry;
import toymodels.analysis.Polytope;
import toymodels.analysis.PolytopeNaming;
import toymodels.analysis.TegumFactors;
import toymodels.model.ModelBatch;
import toymodels.report.Check;
import toymodels.report.FeatureGraphs;
import toymodels.report.NumberFormat;
import toymodels.report.Table;

/**
 * Polytopes that features form: their graphs, what each gains, the low rank behind each, the flat
 * antiprism.
 */
final class Polytables {
  /** Dimensionality of the features of each polytope that the paper names. */
  static final Map<String, Double> LINES = lines();

  /** Densities of an antiprism hardly and clearly flatter than the tight frame. */
  private static final double LESS_RARE = 0.2;

  private static final double RARE = 0.05;

  /** Two numbers of dimensionality printed as 0.375 differ by less. */
  private static final double ANTIPRISM_TOLERANCE = 5e-4;

  private Polytables() {}

  private static Map<String, Double> lines() {
    Map<String, Double> lines = new LinkedHashMap<>();
    lines.put("dedicated dimension, 1", 1.0);
    lines.put("tetrahedron, 3/4", 3.0 / 4);
    lines.put("triangle, 2/3", 2.0 / 3);
    lines.put("antipodal pair, 1/2", 1.0 / 2);
    lines.put("pentagon, 2/5", 2.0 / 5);
    lines.put("square antiprism, 3/8", 3.0 / 8);
    return lines;
  }

  /** Features on lines in three saved runs of the unchanged notebook, pooled over its levels. */
  private static final Map<String, List<Integer>> SAVED =
      Map.of(
          "tetrahedron, 3/4", List.of(0, 0, 0),
          "triangle, 2/3", List.of(1, 3, 5),
          "antipodal pair, 1/2", List.of(198, 199, 187),
          "pentagon, 2/5", List.of(24, 37, 21),
          "square antiprism, 3/8", List.of(25, 10, 24));

  /** Levels of the notebook's sparsity where factors are small enough to be seen one by one. */
  private static final int[] SEEN = {3, 6, 9, 10};

  /**
   * The feature graphs of some models.
   *
   * @param inverse 1/p of each model
   */
  static FeatureGraphs graphs(ModelBatch models, double[] inverse) {
    List<FeatureGraphs.Panel> panels =
        Arrays.stream(SEEN)
            .mapToObj(
                k ->
                    new FeatureGraphs.Panel(
                        "1 / density " + NumberFormat.plain(inverse[k], 3), Geometry.of(models, k)))
            .toList();
    return new FeatureGraphs(
        "Which features interfere",
        "Each dot is a feature with a norm above %s, each line joins two that are not orthogonal (cosine beyond ±%s), the thicker the more they interfere. What hangs together has a subspace of its own; a digon is an antipodal pair. Shapes by their cosines: %s."
            .formatted(
                PolytopeNaming.MIN_NORM,
                PolytopeNaming.MIN_COSINE,
                panels.stream()
                    .map(p -> "at " + p.label() + ", " + p.summary())
                    .collect(Collectors.joining("; "))),
        panels);
  }

  /** The three tables, for all features of a study. */
  static List<Table> of(FeaturePool features) {
    return List.of(pooled(features), factors(), lowRank());
  }

  /** How many features lie on each line, beside the published runs. */
  private static Table pooled(FeaturePool features) {
    List<List<String>> rows = new ArrayList<>();
    LINES.forEach(
        (name, line) -> {
          if (SAVED.containsKey(name)) {
            List<String> row = new ArrayList<>(List.of(name));
            row.add(Long.toString(features.on(line)));
            SAVED.get(name).forEach(count -> row.add(count.toString()));
            rows.add(row);
          }
        });
    return new Table(
        "Features on the lines",
        "Features within %s of each line, over all levels of sparsity: here, and in three published runs of the official notebook (counted at levels with less than 0.95 dimensions per feature). Quick runs train more briefly."
            .formatted(FeaturePool.WIDTH),
        List.of("line", "here", "saved run 1", "saved run 2", "saved run 3"),
        rows);
  }

  /** Which polytope gains most per dimension, from dense to sparse. */
  private static Table factors() {
    List<List<String>> rows = new ArrayList<>();
    for (double p : new double[] {0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.25, 0.22, 0.17, 0.14, 0.1}) {
      List<TegumFactors.Factor> ranked = TegumFactors.ranked(p);
      rows.add(
          List.of(
              Figures.number(p),
              describe(ranked.get(0)),
              describe(ranked.get(1)),
              describe(ranked.get(2))));
    }
    return new Table(
        "Which polytope wins",
        "Loss saved per hidden dimension, in units of what a dedicated dimension saves, by the "
            + "exact loss with the best common norm and bias. A model with many features to "
            + "choose from fills its space with the winner. A digon is an antipodal pair; a 5-cell has "
            + "five corners in four dimensions.",
        List.of("density", "best", "second", "third"),
        rows);
  }

  /**
   * What the exact loss says against the antiprism of dimensionality 3/8: only a tight frame has
   * it, and one whose squares lie closer together loses less.
   */
  static List<Check> antiprism() {
    double rare = antiprismDimensionality(RARE);
    double tight = TegumFactors.factor(Polytope.SQUARE_ANTIPRISM, RARE).minimum().loss();
    return List.of(
        Check.near(
                "dimensionality of a square antiprism's features, in the exact optimum at density "
                    + Figures.number(RARE),
                "Elhage et al. 2022, Geometry of Superposition",
                rare,
                3.0 / 8,
                ANTIPRISM_TOLERANCE)
            .disputed(
                String.format(
                    Locale.ROOT,
                    "3/8 is that of a tight frame, but a flatter antiprism loses less: its features"
                        + " have %.4f at density %s and %.4f at density %s",
                    antiprismDimensionality(LESS_RARE),
                    Figures.number(LESS_RARE),
                    rare,
                    Figures.number(RARE))),
        Check.atMost(
            "loss of the flatter antiprism over that of the one of dimensionality 3/8, density "
                + Figures.number(RARE),
            "exact loss, minimised",
            TegumFactors.relaxed(Polytope.SQUARE_ANTIPRISM, RARE).loss() / tight,
            1));
  }

  /** The mean over its features, which are alike. */
  private static double antiprismDimensionality(double p) {
    return Arrays.stream(
            TegumFactors.relaxed(Polytope.SQUARE_ANTIPRISM, p).geometry().dimensionality())
        .average()
        .orElseThrow();
  }

  private static String describe(TegumFactors.Factor factor) {
    return String.format(Locale.ROOT, "%s (%.3f)", factor.polytope().label(), factor.benefit());
  }

  /** Polytopes and low-rank matrices: what WᵀW and its null space look like for each shape. */
  private static Table lowRank() {
    double s = Math.sqrt(3) / 2;
    return new Table(
        "Polytopes and low rank",
        "Arranging features as a polytope is choosing a matrix WᵀW of low rank. W⊥ spans the "
            + "inputs that are lost: those which the hidden dimensions cannot hold.",
        List.of("polytope", "columns of W", "WᵀW", "lost inputs W⊥"),
        List.of(
            row("triangle", new double[] {1, 0, -0.5, s, -0.5, -s}, "(1, 1, 1)"),
            row(
                "square: two antipodal pairs",
                new double[] {1, 0, 0, 1, -1, 0, 0, -1},
                "(1, 0, 1, 0), (0, 1, 0, 1)"),
            row(
                "pentagon",
                Polytope.PENTAGON.vertices(),
                "(1, 1, 1, 1, 1) and the plane of the pentagram, (cos 4πk/5, sin 4πk/5)")));
  }

  private static List<String> row(String name, double[] vectors, String lost) {
    Geometry geometry = Geometry.of(vectors, 2);
    List<String> columns = new ArrayList<>();
    List<String> gram = new ArrayList<>();
    for (int i = 0; i < geometry.features(); i++) {
      columns.add("(%s, %s)".formatted(digits(vectors[2 * i]), digits(vectors[2 * i + 1])));
      List<String> line = new ArrayList<>();
      for (int j = 0; j < geometry.features(); j++) {
        line.add(digits(geometry.dot(i, j)));
      }
      gram.add("[" + String.join(" ", line) + "]");
    }
    return List.of(name, String.join("\n", columns), String.join("\n", gram), lost);
  }

  private static String digits(double value) {
    return Math.abs(value) < 1e-12 ? "0" : String.format(Locale.ROOT, "%.2f", value);
  }
}
