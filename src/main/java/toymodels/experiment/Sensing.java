package toymodels.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import toymodels.analysis.CompressedSensing;
import toymodels.data.FeatureDistribution;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.report.Check;
import toymodels.report.Report;
import toymodels.report.XyChart;
import toymodels.train.Study;
import toymodels.train.TrainedStudy;

/** How many features fit a dimension, beside the curve that compressed sensing suggests. */
final class Sensing implements Experiment {
  private static final String PAPER = "Elhage et al. 2022, appendix Compressed Sensing";
  private static final double[] DENSITIES = {0.5, 0.3, 0.2, 0.14, 0.1, 0.07, 0.05};
  private static final int[] HIDDEN = {16, 32};

  /** Features a dimension on offer: many more than are taken at the densities above. */
  private static final int OFFERED = 10;

  @Override
  public String name() {
    return "sensing";
  }

  @Override
  public String summary() {
    return "features that fit grow linearly with dimensions, modulated by sparsity";
  }

  @Override
  public String figure() {
    return "Appendix, The Compressed Sensing Bound";
  }

  @Override
  public List<Study> studies(Scale scale) {
    boolean quick = scale == Scale.QUICK;
    return Arrays.stream(HIDDEN)
        .mapToObj(
            m ->
                new Study(
                    new ModelShape(ModelKind.RELU_OUTPUT, OFFERED * m, m),
                    Arrays.stream(DENSITIES).mapToObj(p -> task(OFFERED * m, p)).toList(),
                    quick ? 1 : 3,
                    Plans.cosine(quick ? 3000 : 10_000, quick ? 512 : 1024, 5e-3, 0.05)))
        .toList();
  }

  private static Task task(int features, double density) {
    return Task.equallyImportant(FeatureDistribution.independent(features, density));
  }

  @Override
  public Report report(List<TrainedStudy> trained) {
    double[][] fitted =
        trained.stream()
            .map(
                t ->
                    SelectedModel.bestOfEach(t).stream()
                        .mapToDouble(pick -> 1 / pick.geometry().dimensionsPerFeature())
                        .toArray())
            .toArray(double[][]::new);
    return new Report(
        name(),
        "How many features can fit?",
        """
        Compressed sensing is the recovery of a vector that is mostly zeros from a few \
        measurements. A toy model that restores its features from the hidden layer does just \
        that, so a known theorem says how many dimensions it needs. Of n features, each present \
        with probability p (its density), about k = n p are present at a time; then at least of \
        the order of k log(n/k) dimensions are needed. Turned around, features a dimension may \
        grow like C / (−p log p): how many fit is linear in the number of dimensions, and sparsity \
        sets the factor.

        A caveat: the theorem assumes that the embedding keeps lengths of sparse vectors, and its \
        constant is not known, so the curve is a shape to compare with and no hard bound. Here C \
        is chosen so that the curve touches the measured points from above.""",
        List.of(
            new XyChart(
                "Features a dimension against density",
                "‖W‖²/m of trained models of equal features, which counts features represented "
                    + "for each hidden dimension, and the curve of compressed sensing, which turns "
                    + "up again above a density of 1/e, where it says little.",
                new XyChart.Axis("density", true),
                new XyChart.Axis("features a dimension", true),
                series(fitted))),
        checks(fitted));
  }

  private static List<XyChart.Series> series(double[][] fitted) {
    List<XyChart.Series> series = new ArrayList<>();
    for (int k = 0; k < fitted.length; k++) {
      series.add(
          new XyChart.Series(
              "trained, %d dimensions".formatted(HIDDEN[k]),
              XyChart.Mark.LINE_AND_POINTS,
              DENSITIES,
              fitted[k]));
    }
    double constant = CompressedSensing.constantOver(DENSITIES, fitted[fitted.length - 1]);
    double[] curve = Figures.logSpaced(DENSITIES[DENSITIES.length - 1], DENSITIES[0], 40);
    series.add(
        new XyChart.Series(
            "C / (−p log p), C = " + Figures.number(constant),
            XyChart.Mark.DASHED,
            curve,
            Arrays.stream(curve)
                .map(p -> CompressedSensing.featuresPerDimension(p, constant))
                .toArray()));
    return series;
  }

  private static List<Check> checks(double[][] fitted) {
    List<Check> checks = new ArrayList<>();
    for (int k = 0; k < DENSITIES.length; k++) {
      checks.add(
          Check.near(
              "features a dimension of %d dimensions over those of %d, density %s"
                  .formatted(HIDDEN[1], HIDDEN[0], Figures.number(DENSITIES[k])),
              PAPER,
              fitted[1][k] / fitted[0][k],
              1,
              0.1));
    }
    checks.add(
        Check.atLeast(
            "growth of features a dimension from the densest to the sparsest",
            PAPER,
            fitted[1][DENSITIES.length - 1] / fitted[1][0],
            2));
    return checks;
  }
}
