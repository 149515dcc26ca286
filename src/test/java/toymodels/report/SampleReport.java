package toymodels.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.IntStream;
import toymodels.analysis.Geometry;
import toymodels.analysis.Polytope;

/** A report with a figure of every kind, from closed forms: no training is needed to look at it. */
final class SampleReport {
  private SampleReport() {}

  static RunFacts facts(String name) {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("toymodels", "0.1.0");
    versions.put("Java", "17.0.15");
    versions.put("System", "Linux amd64");
    return new RunFacts(
        name,
        "./toymodels reproduce intro --seed 7",
        "[model]\nkind = \"relu-output\"\nfeatures = 5\nhidden = 2\n",
        7,
        "cpu (AVX-512, 2 threads)",
        versions,
        Instant.parse("2026-01-02T03:04:05Z"));
  }

  static Report report() {
    List<Check> checks =
        List.of(
            Check.near("live features at density 1", "Elhage et al. 2022, Introduction", 2, 2, 0),
            Check.near("loss at density 0.1", "exact expected loss", .02145, .021426, .0002),
            Check.atMost("norm of the fifth feature at density 0.2", "exact optimum", .012, .05),
            Check.atLeast("features with a norm of at least a half", "Basic Results", 9, 10));
    return new Report(
        "intro",
        "Features fold into polytopes as they grow sparse",
        """
        Five features of falling importance are pressed into two dimensions. When all are always \
        present, the model keeps the two most important and drops the rest, as principal components \
        would. As they grow rarer it dares more: first two antipodal pairs, then a pentagon in which \
        every feature has a direction of its own and interferes a little with its neighbours.

        Nothing but the density changes from one panel to the next.""",
        List.of(
            directions(),
            polytopes(),
            solid(),
            matrices(),
            phaseMap(),
            SampleNeurons.stacks(),
            SampleNeurons.matrices(),
            SampleNeurons.circuits(),
            graphs(),
            dimensions(),
            losses(),
            table()),
        checks);
  }

  static Directions directions() {
    return new Directions(
        "Five features in two dimensions",
        "Each point is a feature's direction Wᵢ, coloured by importance; the dotted circle has radius 1.",
        List.of(
            new Directions.Panel("density 1 (always present)", polygon(2, 4, 1), importance(5)),
            new Directions.Panel("density 0.2", polygon(4, 4, 1), importance(5)),
            new Directions.Panel("density 0.1", polygon(5, 5, 1.09), importance(5))));
  }

  /** Five vectors, of which the first {@code live} stand at even angles of a regular polygon. */
  private static float[] polygon(int live, int sides, double norm) {
    float[] vectors = new float[10];
    for (int i = 0; i < live; i++) {
      double angle = .3 + 2 * Math.PI * i / sides;
      vectors[2 * i] = (float) (norm * Math.cos(angle));
      vectors[2 * i + 1] = (float) (norm * Math.sin(angle));
    }
    return vectors;
  }

  private static double[] importance(int features) {
    return IntStream.range(0, features).mapToDouble(i -> Math.pow(.9, i)).toArray();
  }

  static Polytopes polytopes() {
    List<Polytopes.Model> models = new ArrayList<>();
    for (int sides : new int[] {5, 4, 2}) {
      float[] end = polygon(sides == 2 ? 2 : sides, sides == 2 ? 4 : sides, 1.05);
      models.add(
          grown(List.of("pentagon", "two digons", "", "two features").get(5 - sides), end, 5));
    }
    return new Polytopes(
        "The same three models, turnable", "Drag to turn, slide through the training.", 2, models);
  }

  static Polytopes solid() {
    float[] octahedron = {1, 0, 0, 0, 1, 0, 0, 0, 1, -1, 0, 0, 0, -1, 0, 0, 0, -1};
    float[] antiprism = new float[24];
    for (int i = 0; i < 8; i++) {
      double angle = Math.PI / 4 * i;
      double up = i % 2 == 0 ? 1 / Math.sqrt(3) : -1 / Math.sqrt(3);
      antiprism[3 * i] = (float) (Math.sqrt(2 / 3.) * Math.cos(angle));
      antiprism[3 * i + 1] = (float) up;
      antiprism[3 * i + 2] = (float) (Math.sqrt(2 / 3.) * Math.sin(angle));
    }
    return new Polytopes(
        "An octahedron and a square antiprism",
        "In three dimensions six features make three antipodal pairs, eight a square antiprism.",
        3,
        List.of(grown("square antiprism", antiprism, 8), grown("octahedron", octahedron, 6)));
  }

  private static Polytopes.Model grown(String label, float[] end, int features) {
    Random random = new Random(features);
    float[] start = new float[end.length];
    for (int i = 0; i < end.length; i++) {
      start[i] = (float) (.25 * random.nextGaussian());
    }
    int[] steps = IntStream.range(0, 41).map(k -> 250 * k).toArray();
    List<float[]> frames = new ArrayList<>();
    for (int k = 0; k < steps.length; k++) {
      double t = 1 - Math.exp(-k / 7.0);
      float[] frame = new float[end.length];
      for (int i = 0; i < end.length; i++) {
        frame[i] = (float) (start[i] + (end[i] - start[i]) * t);
      }
      frames.add(k == steps.length - 1 ? end : frame);
    }
    return new Polytopes.Model(label, importance(features), steps, frames);
  }

  static Matrices matrices() {
    List<Matrices.Panel> panels = new ArrayList<>();
    for (int live : new int[] {5, 7, 9, 10}) {
      panels.add(
          digons("density " + List.of("1", ".3", ".1", ".03").get(panels.size()), live, 20, 5));
    }
    return new Matrices(
        "What is represented, and at whose cost",
        "WᵀW with blue for negative and red for positive, biases, and the norm of each feature.",
        panels);
  }

  /**
   * The first {@code live} features on {@code hidden} axes, the last of them in antipodal pairs.
   */
  private static Matrices.Panel digons(String label, int live, int n, int hidden) {
    int pairs = live - hidden;
    int alone = hidden - pairs;
    double[] gram = new double[n * n];
    double[] biases = new double[n];
    double[] norms = new double[n];
    double[] superposition = new double[n];
    for (int i = 0; i < n; i++) {
      boolean represented = i < live;
      norms[i] = represented ? 1 : 0;
      biases[i] = represented ? 0 : .3;
      gram[i * n + i] = norms[i];
      if (i >= alone && represented) {
        int partner = i < hidden ? live - 1 - (i - alone) : alone + live - 1 - i;
        gram[i * n + partner] = -1;
        superposition[i] = 1;
      }
    }
    return new Matrices.Panel(label, gram, biases, norms, superposition);
  }

  /** The closed forms of Wattenberg's theory notebook for two features in one dimension. */
  static PhaseMap phaseMap() {
    double[] r = log(.1, 10, 60);
    double[] p = log(1, .01, 60);
    double[] norms = new double[3600];
    double[] superposition = new double[3600];
    DoubleBinaryOperator ignored =
        (importance, density) -> importance * (density / 3 - density * density / 4);
    for (int row = 0; row < 60; row++) {
      for (int column = 0; column < 60; column++) {
        double extra = ignored.applyAsDouble(r[column], p[row]);
        double first = ignored.applyAsDouble(1, p[row]);
        double both = (1 + r[column]) * p[row] * p[row] / 6;
        int cell = row * 60 + column;
        norms[cell] = extra < first && extra < both ? 0 : 1;
        superposition[cell] = both < extra && both < first ? 1 : 0;
      }
    }
    double[] curve = new double[60];
    for (int i = 0; i < 60; i++) {
      curve[i] = r[i] <= 1 ? 4 * r[i] / (2 + 5 * r[i]) : 4 / (5 + 2 * r[i]);
    }
    return new PhaseMap(
        "Two features, one dimension",
        "White: the extra feature is ignored; blue: it has the dimension alone; red: the two share it.",
        "relative importance of the extra feature",
        r,
        "density 1 − S",
        p,
        norms,
        superposition,
        List.of(new XyChart.Series("theory, 4r/(2+5r)", XyChart.Mark.LINE, r, curve)));
  }

  private static double[] log(double from, double to, int count) {
    return IntStream.range(0, count)
        .mapToDouble(i -> from * Math.pow(to / from, i / (count - 1.0)))
        .toArray();
  }

  static FeatureGraphs graphs() {
    List<FeatureGraphs.Panel> panels = new ArrayList<>();
    for (Polytope polytope : List.of(Polytope.DIGON, Polytope.PENTAGON)) {
      Geometry geometry = Geometry.of(polytope.vertices(), polytope.dimensions());
      panels.add(new FeatureGraphs.Panel(polytope.label(), geometry));
    }
    return new FeatureGraphs("Who interferes with whom", "A component a polytope.", panels);
  }

  static XyChart dimensions() {
    double[] x = log(1, 20, 20);
    double[] y =
        IntStream.range(0, 20)
            .mapToDouble(i -> x[i] < 1.3 ? 1 : x[i] < 3.6 ? .5 : 1.8 / x[i])
            .toArray();
    Random random = new Random(1);
    double[] xs = new double[2000];
    double[] ys = new double[2000];
    double[] lines = {1, .75, 2 / 3., .5, .4, .375};
    for (int i = 0; i < xs.length; i++) {
      xs[i] = x[i % 20] * (1 + .04 * random.nextGaussian());
      ys[i] = lines[random.nextInt(6)] + .01 * random.nextGaussian();
    }
    double[] ends = {1, 20};
    return new XyChart(
        "Dimensions per feature",
        "D* = m / ‖W‖² in uniform models, and the dimensionality of each feature.",
        new XyChart.Axis("1 / (1 − S)", true),
        new XyChart.Axis("dimensionality", false),
        List.of(
            new XyChart.Series("Dᵢ of every feature", XyChart.Mark.POINTS, xs, ys),
            new XyChart.Series("D*", XyChart.Mark.LINE_AND_POINTS, x, y),
            new XyChart.Series("digon 1/2", XyChart.Mark.DASHED, ends, new double[] {.5, .5}),
            new XyChart.Series("pentagon 2/5", XyChart.Mark.DASHED, ends, new double[] {.4, .4})));
  }

  static XyChart losses() {
    List<XyChart.Series> series = new ArrayList<>();
    for (double density : new double[] {1, .2, .1}) {
      double[] x = IntStream.range(1, 10_000).mapToDouble(i -> i).toArray();
      double[] y =
          IntStream.range(1, 10_000)
              .mapToDouble(
                  i -> density * (.04 + .2 * Math.exp(-i / 600.) + .05 * Math.exp(-i / 3000.)))
              .toArray();
      series.add(
          new XyChart.Series("density " + NumberFormat.plain(density), XyChart.Mark.LINE, x, y));
    }
    return new XyChart(
        "Loss",
        "Mean over batch and features.",
        new XyChart.Axis("step", false),
        new XyChart.Axis("loss", true),
        series);
  }

  static Table table() {
    return new Table(
        "Polytopes and the rank they leave",
        "A column a feature, as the paper lists them.",
        List.of("polytope", "features", "dimensions", "Dᵢ"),
        List.of(
            List.of("digon", "2", "1", "1/2"),
            List.of("triangle", "3", "2", "2/3"),
            List.of("pentagon", "5", "2", "2/5")));
  }
}
