package toymodels.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import toymodels.analysis.Geometry;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.report.Check;
import toymodels.report.Report;
import toymodels.report.XyChart;
import toymodels.run.Trained;
import toymodels.train.Study;

/** Compressed sensing: how the number of features that fit must scale with dimensions. */
final class Sensing implements Experiment {
  private static final String PAPER = "Elhage et al. 2022, appendix on compressed sensing";
  private static final double[] DENSITIES = {0.3, 0.1, 0.03, 0.01};

  /** Linear growth, less what one model differs from the next. */
  private static final double LINEAR = 0.95;

  @Override
  public String name() {
    return "sensing";
  }

  @Override
  public String summary() {
    return "how many features can fit, by compressed sensing, beside how many training fits";
  }

  @Override
  public String figure() {
    return "Appendix, The Strategic Picture: a bound from compressed sensing";
  }

  @Override
  public List<Study> studies(Scale scale) {
    List<Study> studies = new ArrayList<>();
    for (int hidden : new int[] {5, 10, 20}) {
      int features = 12 * hidden;
      List<Task> tasks = new ArrayList<>();
      for (double p : DENSITIES) {
        tasks.add(
            new Task(
                FeatureDistribution.independent(features, p), Importance.uniform(features, 1)));
      }
      studies.add(
          new Study(
              new ModelShape(ModelKind.RELU_OUTPUT, features, hidden),
              tasks,
              1,
              Plans.cosine(scale == Scale.QUICK ? 2000 : 10_000, 512, 5e-3, 0.05)));
    }
    return studies;
  }

  /** k log(n/k) of the theorem with k = (1 − S) n, a dimension's share of features: n/m ∝ this. */
  private static double scale(double p) {
    return -1 / (p * Math.log(p));
  }

  @Override
  public Report report(List<Trained> trained) {
    List<XyChart.Series> measured = new ArrayList<>();
    List<Check> checks = new ArrayList<>();
    double[][] perDimension = new double[trained.size()][];
    for (int s = 0; s < trained.size(); s++) {
      Trained study = trained.get(s);
      perDimension[s] =
          IntStream.range(0, DENSITIES.length)
              .mapToDouble(t -> 1 / Geometry.of(study.models(), t).dimensionsPerFeature())
              .toArray();
      measured.add(
          new XyChart.Series(
              "trained, %d dimensions".formatted(study.study().shape().hidden()),
              XyChart.Mark.LINE_AND_POINTS,
              DENSITIES,
              perDimension[s]));
    }
    double[] densities = Views.logSpaced(0.01, 0.3, 40);
    // The theorem leaves its constant open; the curve is drawn through the densest measurement.
    double constant = perDimension[0][0] / scale(DENSITIES[0]);
    measured.add(
        Views.series(
            "shape of the bound, constant unknown",
            XyChart.Mark.DASHED,
            densities,
            p -> constant * scale(p)));
    int last = perDimension.length - 1;
    double[] dimensions = trained.stream().mapToDouble(t -> t.study().shape().hidden()).toArray();
    double wider = dimensions[last] / dimensions[0];
    for (int t = 0; t < DENSITIES.length; t++) {
      checks.add(
          Check.atLeast(
              "power of the dimensions with which features grow, density "
                  + Views.number(DENSITIES[t]),
              PAPER + ": linear",
              1 + Math.log(perDimension[last][t] / perDimension[0][t]) / Math.log(wider),
              LINEAR));
    }
    checks.add(
        Check.atLeast(
            "growth of features per dimension from the densest to the sparsest",
            PAPER,
            perDimension[last][DENSITIES.length - 1] / perDimension[last][0],
            2));
    return new Report(
        name(),
        "A bound from compressed sensing",
        """
        Compressed sensing asks how few measurements of a sparse vector allow to recover it. A \
        model in superposition does the same: hidden dimensions measure, the output recovers. A \
        theorem of that field says that to recover all inputs with k of n features active, within \
        a given error and with well spread measurements, the number of dimensions m must grow at \
        least as k log(n/k). With k = (1−S) n active features this makes n/m, the features per \
        dimension, at most proportional to −1 / ((1−S) log(1−S)): linear in the number of \
        dimensions, and modulated by sparsity.

        This is a law of growth, not a limit in numbers. Its constant is unknown, and it assumes \
        a property of the measurements (restricted isometry) that trained models need not have. \
        So the curve shows a shape only. What can be checked is that features grow at \
        least in proportion to dimensions, and with sparsity. Small spaces hold a little less \
        per dimension: fewer shapes fit into them.""",
        List.of(
            new XyChart(
                "Features per dimension",
                "‖W‖² over m of models with twelve times as many features as dimensions. The "
                    + "dashed curve is the shape of the bound, drawn through the densest point; "
                    + "it is no hard limit.",
                new XyChart.Axis("density", true),
                new XyChart.Axis("features per dimension", true),
                measured)),
        checks);
  }
}
