package toymodels.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import toymodels.analysis.Geometry;
import toymodels.model.ModelShape;
import toymodels.report.Check;
import toymodels.train.TrainedStudy;

/** What {@link UniformSuperposition} claims, by the paper and the notebook's saved runs. */
final class UniformSuperpositionClaims {
  private static final String PAPER = "Elhage et al. 2022, Geometry of Superposition";

  private static final String NOTEBOOK = "official notebook, mean of three saved runs";

  /** D* of three saved runs of the unchanged notebook at levels 0, 2, .., 18 and 19. */
  static final double[][] SAVED = {
    {1.0033, 1.0036, 1.0036},
    {.9512, .9602, .9612},
    {.5840, .5869, .5964},
    {.5102, .5104, .5107},
    {.5026, .4893, .5027},
    {.3694, .3701, .3930},
    {.2891, .3015, .3005},
    {.2280, .2381, .2329},
    {.1879, .1862, .1881},
    {.1506, .1512, .1528},
    {.1360, .1355, .1361}
  };

  /** Levels of 1/p near 2 and near 5, where D* falls steeply: there runs differ more. */
  private static final int[] TRANSITIONS = {4, 10};

  private UniformSuperpositionClaims() {}

  /** Every claim, of the notebook's study and, at full scale, of the larger one. */
  static List<Check> of(List<TrainedStudy> trained) {
    List<Check> checks = new ArrayList<>();
    checkLevels(trained.get(0), checks);
    checkDigons(trained.get(0), checks);
    checkHalf(trained.get(0), checks);
    if (trained.size() > 1) {
      checkHalf(trained.get(1), checks);
      checkOtherLines(trained.get(1), checks);
    }
    checks.addAll(Polytables.antiprism());
    return checks;
  }

  /** The level of the notebook's k-th listed one. */
  static int level(int k) {
    return k < 10 ? 2 * k : 19;
  }

  private static void checkLevels(TrainedStudy trained, List<Check> checks) {
    int half = 0;
    double most = 0;
    double least = 2;
    double[] inverse = UniformSuperposition.inverseDensities(trained);
    int last = inverse.length - 1;
    for (int k = 0; k <= last; k++) {
      Geometry geometry = Geometry.of(trained.models(), k);
      half += Math.abs(geometry.dimensionsPerFeature() - 0.5) <= 0.03 ? 1 : 0;
      double used = geometry.totalDimensionality() / geometry.hidden();
      most = Math.max(most, used);
      least = Math.min(least, used);
    }
    for (int k = 0; k < SAVED.length; k++) {
      int level = level(k);
      boolean transition = Arrays.stream(TRANSITIONS).anyMatch(t -> t == level);
      double tolerance = k == 0 ? 0.004 : level == last ? 0.003 : transition ? 0.035 : 0.02;
      checks.add(
          Check.near(
              "dimensions per feature at 1/density " + Figures.number(inverse[level]),
              NOTEBOOK,
              Geometry.of(trained.models(), level).dimensionsPerFeature(),
              Arrays.stream(SAVED[k]).average().orElseThrow(),
              tolerance));
    }
    checks.add(Check.atLeast("levels that rest within 0.03 of 1/2", PAPER, half, 4));
    checks.add(
        new Check(
            "least share of hidden space used, sum of Dᵢ over m", NOTEBOOK, least, 0.995, 1.001));
    checks.add(new Check("largest share of hidden space used", NOTEBOOK, most, 0.995, 1.001));
  }

  private static void checkDigons(TrainedStudy trained, List<Check> checks) {
    double[] d = Geometry.of(trained.models(), level(3)).dimensionality();
    long live = Arrays.stream(d).filter(v -> v > 0.1).count();
    long half = Arrays.stream(d).filter(v -> Math.abs(v - 0.5) <= 0.01).count();
    String at =
        " at 1/density " + Figures.number(UniformSuperposition.inverseDensities(trained)[level(3)]);
    checks.add(Check.near("features represented" + at, NOTEBOOK, live, 38, 2));
    checks.add(
        Check.atLeast("of these, within 0.01 of dimensionality 1/2" + at, PAPER, half, live));
  }

  private static void checkHalf(TrainedStudy trained, List<Check> checks) {
    ModelShape shape = trained.study().shape();
    checks.add(
        Check.near(
            "features pool at dimensionality 1/2, %d features in %d dimensions"
                .formatted(shape.features(), shape.hidden()),
            PAPER,
            FeaturePool.of(trained).pools(0.5) ? 1 : 0,
            1,
            0));
  }

  private static void checkOtherLines(TrainedStudy trained, List<Check> checks) {
    FeaturePool pool = FeaturePool.of(trained);
    long others = DoubleStream.of(3.0 / 4, 2.0 / 3, 2.0 / 5, 3.0 / 8).filter(pool::pools).count();
    checks.add(
        Check.atLeast("lines among 3/4, 2/3, 2/5, 3/8 on which features pool", PAPER, others, 1));
  }
}
