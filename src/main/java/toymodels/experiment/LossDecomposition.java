package toymodels.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import toymodels.analysis.ClosedForms;
import toymodels.analysis.Polytope;
import toymodels.analysis.RegularMinimum;
import toymodels.backend.exact.ExpectedLoss;
import toymodels.data.FeatureDistribution;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.report.Check;
import toymodels.report.Report;
import toymodels.report.XyChart;
import toymodels.train.Study;
import toymodels.train.TrainedStudy;

/** The loss taken apart by how many features are active: why sparsity pays for superposition. */
final class LossDecomposition implements Experiment {
  private static final String PAPER = "Elhage et al. 2022, Mathematical Understanding";
  private static final ModelShape SHAPE = new ModelShape(ModelKind.RELU_OUTPUT, 5, 2);
  private static final int FEATURES = 5;

  /** Sums of closed forms agree to rounding. */
  private static final double ROUNDING = 1e-12;

  /** The arrangements that are compared. */
  private enum Arrangement {
    ORTHOGONAL("two dedicated dimensions", new double[] {1, 0, 0, 1, 0, 0, 0, 0, 0, 0}),
    DIGONS("two antipodal pairs", new double[] {1, 0, -1, 0, 0, 1, 0, -1, 0, 0}),
    PENTAGON("pentagon", Polytope.PENTAGON.vertices());

    private final String label;
    private final double[] vectors;

    Arrangement(String label, double[] vectors) {
      this.label = label;
      this.vectors = vectors;
    }

    /** W with the norm that is best at this density: 1, but for the pentagon. */
    double[] weights(double p) {
      double norm = this == PENTAGON ? RegularMinimum.of(Polytope.PENTAGON, p).norm() : 1;
      return Arrays.stream(vectors).map(v -> v * norm).toArray();
    }

    double[] biases(double p) {
      double[] biases = new double[FEATURES];
      for (int i = 0; i < FEATURES; i++) {
        boolean dead = vectors[2 * i] == 0 && vectors[2 * i + 1] == 0;
        biases[i] =
            this == PENTAGON ? RegularMinimum.of(Polytope.PENTAGON, p).bias() : dead ? p / 2 : 0;
      }
      return biases;
    }

    double[] byActiveCount(double p) {
      return ExpectedLoss.truncated(SHAPE, task(p), FEATURES)
          .lossByActiveCount(weights(p), biases(p));
    }

    double loss(double p) {
      return ExpectedLoss.of(SHAPE, task(p)).loss(weights(p), biases(p));
    }
  }

  @Override
  public String name() {
    return "loss";
  }

  @Override
  public String summary() {
    return "the loss by number of active features: one alone decides when features are rare";
  }

  @Override
  public String figure() {
    return "Mathematical Understanding";
  }

  @Override
  public List<Study> studies(Scale scale) {
    return List.of();
  }

  private static Task task(double p) {
    return Task.equallyImportant(FeatureDistribution.independent(FEATURES, p));
  }

  @Override
  public Report report(List<TrainedStudy> trained) {
    return new Report(
        name(),
        "Why sparsity pays for superposition",
        """
        The expected loss of a model is a sum over all inputs, and inputs can be sorted by how \
        many features they have: none, one, two and so on. With sparsity S the inputs with k \
        features weigh (1−S)ᵏ Sⁿ⁻ᵏ, so as features get rare, those with a single feature matter \
        most, and those with two or more hardly at all.

        That is why superposition pays. Its cost is interference between features that are \
        present together, in the terms of two and more. Its benefit, that more features are \
        represented, is in the term of one. A linear model suffers from interference in both \
        terms; the ReLU removes it from the term of one, completely for opposite features and \
        with a negative bias for others.""",
        List.of(
            chart(
                "The loss at density 0.05",
                "The part of the exact loss that comes from inputs with so many active features, "
                    + "for three arrangements of five features in two dimensions.",
                0.05),
            chart(
                "The loss at density 0.5",
                "The same for dense features: now most inputs have several features, and "
                    + "interference costs more than it saves.",
                0.5),
            totals()),
        checks());
  }

  private static XyChart chart(String title, String caption, double p) {
    List<XyChart.Series> series = new ArrayList<>();
    double[] counts = {0, 1, 2, 3, 4, 5};
    for (Arrangement arrangement : Arrangement.values()) {
      series.add(
          new XyChart.Series(
              arrangement.label,
              XyChart.Mark.LINE_AND_POINTS,
              counts,
              arrangement.byActiveCount(p)));
    }
    return new XyChart(
        title,
        caption,
        new XyChart.Axis("active features", false),
        new XyChart.Axis("part of the loss", false),
        series);
  }

  private static XyChart totals() {
    double[] densities = Figures.logSpaced(0.01, 1, 41);
    List<XyChart.Series> series = new ArrayList<>();
    for (Arrangement arrangement : Arrangement.values()) {
      series.add(
          Figures.series(
              arrangement.label,
              XyChart.Mark.LINE,
              densities,
              p -> arrangement.loss(p) / ClosedForms.dead(p)));
    }
    return new XyChart(
        "Which arrangement loses least",
        "The exact loss in units of the loss of one ignored feature. Dense features are best "
            + "ignored, rare ones best packed into a pentagon.",
        new XyChart.Axis("density", true),
        new XyChart.Axis("loss / loss of an ignored feature", false),
        series);
  }

  private static List<Check> checks() {
    double p = 0.05;
    double[] pairs = Arrangement.DIGONS.byActiveCount(p);
    double sum = Arrays.stream(pairs).sum();
    double[] pentagon = Arrangement.PENTAGON.byActiveCount(p);
    double twoDigons = 2 * ClosedForms.antipodalPair(p, 1, 1) + ClosedForms.dead(p);
    return List.of(
        Check.near(
            "sum of the parts over the exact loss, two antipodal pairs",
            PAPER,
            sum / Arrangement.DIGONS.loss(p),
            1,
            ROUNDING),
        Check.near(
            "exact loss of two antipodal pairs over its closed form",
            "closed form",
            Arrangement.DIGONS.loss(p) / twoDigons,
            1,
            ROUNDING),
        Check.near(
            "loss of two dedicated dimensions over that of three ignored features",
            "closed form",
            Arrangement.ORTHOGONAL.loss(p) / (3 * ClosedForms.dead(p)),
            1,
            ROUNDING),
        Check.atMost(
            "loss of the pentagon with one active feature over that of two antipodal pairs",
            PAPER,
            pentagon[1] / pairs[1],
            1),
        Check.atLeast(
            "loss of the pentagon with two active features over that of two antipodal pairs",
            PAPER,
            pentagon[2] / pairs[2],
            1),
        Check.atMost(
            "pentagon's loss over that of two antipodal pairs, density 0.05",
            PAPER,
            Arrangement.PENTAGON.loss(p) / Arrangement.DIGONS.loss(p),
            1),
        Check.atLeast(
            "pentagon's loss over that of two antipodal pairs, density 0.5",
            PAPER,
            Arrangement.PENTAGON.loss(0.5) / Arrangement.DIGONS.loss(0.5),
            1));
  }
}
