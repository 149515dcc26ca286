package toymodels.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import toymodels.analysis.Geometry;
import toymodels.analysis.PhaseBoundary;
import toymodels.analysis.Selection;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.train.TrainedStudy;

/**
 * A grid of relative importance and density, with what the models of each cell do with the extra
 * feature, the last. Arrays over cells are (rows, columns), rows from dense to sparse.
 *
 * @param importance of the extra feature, ascending, (columns)
 * @param density descending, (rows)
 * @param norms mean ‖W‖ of the extra feature
 * @param superposition its mean superposition
 * @param smallest mean of the smallest norm of all features
 * @param medianSmallest its median
 * @param starts of which the best is one of the models
 */
record PhaseGrid(
    double[] importance,
    double[] density,
    double[] norms,
    double[] superposition,
    double[] smallest,
    double[] medianSmallest,
    int starts) {
  /** Models of a cell; the worst is dropped. */
  static final int MODELS = 10;

  /** Cells so near to the exact boundary are not compared with it. */
  private static final int BLURRED_ROWS = 2;

  /** One task a cell, row by row. */
  static List<Task> tasks(int features, int columns, int rows) {
    List<Task> tasks = new ArrayList<>();
    for (double p : densities(rows)) {
      for (double r : importances(columns)) {
        double[] importance = new double[features];
        Arrays.fill(importance, 1);
        importance[features - 1] = r;
        tasks.add(
            new Task(FeatureDistribution.independent(features, p), new Importance(importance)));
      }
    }
    return tasks;
  }

  /** From 0.1 to 10, even in the logarithm. */
  private static double[] importances(int columns) {
    double[] r = new double[columns];
    Arrays.setAll(r, c -> StrictMath.pow(10, 2.0 * c / (columns - 1) - 1));
    return r;
  }

  /** From 1 down to 0.01, even in the logarithm. */
  private static double[] densities(int rows) {
    double[] p = new double[rows];
    Arrays.setAll(p, k -> StrictMath.pow(10, -2.0 * k / (rows - 1)));
    return p;
  }

  /** Measures a trained grid of {@link #tasks}. */
  static PhaseGrid of(TrainedStudy trained) {
    List<Task> tasks = trained.study().tasks();
    int cells = tasks.size();
    int columns = (int) tasks.stream().filter(t -> t.inputs().density(0) == 1).count();
    double[] importance = importances(columns);
    double[] density = densities(cells / columns);
    PhaseGrid grid =
        new PhaseGrid(
            importance,
            density,
            new double[cells],
            new double[cells],
            new double[cells],
            new double[cells],
            trained.study().replicas() / MODELS);
    IntStream.range(0, cells).parallel().forEach(cell -> grid.measure(trained, cell));
    return grid;
  }

  private void measure(TrainedStudy trained, int cell) {
    int first = cell * MODELS * starts;
    double[] losses = SelectedModel.exactLosses(trained, first, MODELS * starts);
    double[] best = new double[MODELS];
    double[] norm = new double[MODELS];
    double[] shared = new double[MODELS];
    double[] least = new double[MODELS];
    int last = trained.study().shape().features() - 1;
    for (int k = 0; k < MODELS; k++) {
      int start = Selection.best(losses, k * starts, starts);
      Geometry geometry = Geometry.of(trained.models(), first + start);
      best[k] = losses[start];
      norm[k] = geometry.norm(last);
      shared[k] = geometry.superposition()[last];
      least[k] = Arrays.stream(geometry.norms()).min().orElseThrow();
    }
    norms[cell] = Selection.meanWithoutWorst(norm, best, 0, MODELS, 1);
    superposition[cell] = Selection.meanWithoutWorst(shared, best, 0, MODELS, 1);
    smallest[cell] = Selection.meanWithoutWorst(least, best, 0, MODELS, 1);
    Arrays.sort(least);
    medianSmallest[cell] = (least[MODELS / 2 - 1] + least[MODELS / 2]) / 2;
  }

  /**
   * The density where the mean smallest norm first rises through {@link PhaseBoundary#REPRESENTED},
   * going down from density 1, between grid points in both logarithms; not a number if nowhere.
   */
  double boundary(double r) {
    double at = Math.log10(r * 10) / 2 * (importance.length - 1);
    int left = (int) Math.min(Math.floor(at + 1e-9), importance.length - 2);
    double weight = at - left;
    double a = Math.log(columnBoundary(left));
    double b = Math.log(columnBoundary(left + 1));
    return Math.exp(a + weight * (b - a));
  }

  private double columnBoundary(int column) {
    for (int row = 1; row < density.length; row++) {
      double above = smallest[(row - 1) * importance.length + column];
      double here = smallest[row * importance.length + column];
      if (here >= PhaseBoundary.REPRESENTED && above < PhaseBoundary.REPRESENTED) {
        double share = (PhaseBoundary.REPRESENTED - above) / (here - above);
        return density[row - 1] * Math.pow(density[row] / density[row - 1], share);
      }
    }
    return Double.NaN;
  }

  /** The exact boundary of two features, which is symmetric under r → 1/r. */
  static double exact(double r) {
    return PhaseBoundary.exact(2, Math.min(r, 1 / r));
  }

  /** Share of cells, away from the exact boundary, whose median model lies on its right side. */
  double agreement() {
    double[] boundaries =
        IntStream.range(0, (importance.length + 1) / 2)
            .parallel()
            .mapToDouble(c -> exact(importance[c]))
            .toArray();
    int agree = 0;
    int count = 0;
    for (int c = 0; c < importance.length; c++) {
      double exact = boundaries[Math.min(c, importance.length - 1 - c)];
      double step = density[0] / density[1];
      for (int row = 0; row < density.length; row++) {
        if (Math.abs(Math.log(density[row] / exact)) > BLURRED_ROWS * Math.log(step)) {
          boolean represented =
              medianSmallest[row * importance.length + c] > PhaseBoundary.REPRESENTED;
          agree += represented == density[row] < exact ? 1 : 0;
          count++;
        }
      }
    }
    return (double) agree / count;
  }

  /** The lowest share of superposed cells of a row sparser than p, between 1/r and r. */
  double leastSuperposed(double p, double r) {
    double least = 1;
    for (int row = 0; row < density.length; row++) {
      int superposed = 0;
      int count = 0;
      for (int c = 0; c < importance.length; c++) {
        if (density[row] < p && Math.abs(Math.log(importance[c])) <= Math.log(r)) {
          count++;
          superposed += smallest[row * importance.length + c] > PhaseBoundary.REPRESENTED ? 1 : 0;
        }
      }
      least = count == 0 ? least : Math.min(least, (double) superposed / count);
    }
    return least;
  }

  /** Cells of lower importance than r in which the extra feature has a dimension of its own. */
  double dedicatedBelow(double r) {
    int count = 0;
    for (int cell = 0; cell < norms.length; cell++) {
      boolean alone = norms[cell] > 0.9 && superposition[cell] < 0.1;
      count += alone && importance[cell % importance.length] < r * (1 - 1e-9) ? 1 : 0;
    }
    return count;
  }
}
