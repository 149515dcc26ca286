package toymodels.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.stream.IntStream;
import toymodels.analysis.Geometry;
import toymodels.analysis.Neurons;
import toymodels.report.Circuits;
import toymodels.report.Directions;
import toymodels.report.Matrices;
import toymodels.report.NeuronWeights;
import toymodels.report.NumberFormat;
import toymodels.report.Polytopes;
import toymodels.report.XyChart;

/** The figures that many experiments share, drawn from picked models. */
final class Figures {
  private Figures() {}

  /** "density 0.1 (sparsity 90 %)". */
  static String density(double p) {
    return "density %s (sparsity %s %%)".formatted(number(p), number(100 * (1 - p)));
  }

  /** "density 0.1 (sparsity 90 %)" of the pick's first feature. */
  static String density(SelectedModel pick) {
    return density(pick.density());
  }

  /** A number as one writes it: three significant digits, no trailing zeros. */
  static String number(double value) {
    return NumberFormat.plain(value, 3);
  }

  /**
   * Planar models side by side, the first feature on the first axis; points coloured by the sets
   * that features come in, or by importance where they come one by one.
   */
  static Directions directions(
      String title,
      String caption,
      List<SelectedModel> picks,
      Function<SelectedModel, String> label) {
    return new Directions(
        title,
        caption,
        picks.stream()
            .map(p -> new Directions.Panel(label.apply(p), p.canonicalVectors(), colours(p)))
            .toList(),
        colouredBy(picks.get(0)));
  }

  private static String colouredBy(SelectedModel pick) {
    return inSets(pick) ? "set" : "importance";
  }

  private static boolean inSets(SelectedModel pick) {
    return !pick.task().inputs().sets().isEmpty();
  }

  /** The set of each feature, or its importance where it has none. */
  static double[] colours(SelectedModel pick) {
    return inSets(pick)
        ? IntStream.range(0, pick.features())
            .mapToDouble(i -> pick.task().inputs().setOf(i))
            .toArray()
        : pick.task().importance().values();
  }

  /** The turnable view, over all recorded steps; the last step alone where none was recorded. */
  static Polytopes polytopes(
      String title,
      String caption,
      List<SelectedModel> picks,
      Function<SelectedModel, String> label) {
    List<Polytopes.Model> models = new ArrayList<>();
    for (SelectedModel pick : picks) {
      boolean recorded = !pick.history().isEmpty();
      models.add(
          new Polytopes.Model(
              label.apply(pick),
              colours(pick),
              recorded
                  ? pick.trained().history().steps()
                  : new int[] {pick.trained().last().step()},
              recorded ? pick.history() : List.of(pick.vectors())));
    }
    return new Polytopes(title, caption, picks.get(0).hidden(), models, colouredBy(picks.get(0)));
  }

  /** A series of points from y values at x. */
  static XyChart.Series series(String name, XyChart.Mark mark, double[] x, DoubleUnaryOperator y) {
    return new XyChart.Series(name, mark, x, Arrays.stream(x).parallel().map(y).toArray());
  }

  /** {@code count} values from low to high, even in the logarithm. */
  static double[] logSpaced(double low, double high, int count) {
    double[] values = new double[count];
    Arrays.setAll(values, k -> low * StrictMath.pow(high / low, k / (count - 1.0)));
    return values;
  }

  /** WᵀW, b, norms and superposition, as in the paper's basic results. */
  static Matrices matrices(
      String title,
      String caption,
      List<SelectedModel> picks,
      Function<SelectedModel, String> label) {
    return matrices(title, caption, picks, label, p -> IntStream.range(0, p.features()).toArray());
  }

  /** The same with the features of each model in an order of their own. */
  static Matrices matrices(
      String title,
      String caption,
      List<SelectedModel> picks,
      Function<SelectedModel, String> label,
      Function<SelectedModel, int[]> order) {
    return new Matrices(
        title, caption, picks.stream().map(p -> panel(p, label.apply(p), order.apply(p))).toList());
  }

  private static Matrices.Panel panel(SelectedModel pick, String label, int[] order) {
    Geometry geometry = pick.geometry();
    double[] gram =
        Arrays.stream(order)
            .boxed()
            .flatMapToDouble(i -> Arrays.stream(order).mapToDouble(j -> geometry.dot(i, j)))
            .toArray();
    return new Matrices.Panel(
        label,
        gram,
        ordered(pick.biases(), order),
        ordered(geometry.norms(), order),
        ordered(geometry.superposition(), order));
  }

  private static double[] ordered(double[] values, int[] order) {
    return Arrays.stream(order).mapToDouble(i -> values[i]).toArray();
  }

  /** Weights into each neuron, the largest of a neuron scaled to 1. */
  static NeuronWeights neurons(SelectedModel pick) {
    Neurons neurons = pick.neurons().rescaled();
    float[] weights = new float[pick.features() * pick.hidden()];
    for (int i = 0; i < pick.features(); i++) {
      for (int a = 0; a < pick.hidden(); a++) {
        weights[i * pick.hidden() + a] = (float) neurons.in(i, a);
      }
    }
    return new NeuronWeights(density(pick), weights, pick.hidden());
  }

  /** What some neurons do with some features, weights as they are. */
  static Circuits.Panel circuit(String label, Neurons model, int[] features, int[] neurons) {
    double[] in = new double[features.length * neurons.length];
    double[] out = new double[in.length];
    for (int k = 0; k < in.length; k++) {
      int feature = features[k / neurons.length];
      int neuron = neurons[k % neurons.length];
      in[k] = model.in(feature, neuron);
      out[k] = model.out(feature, neuron);
    }
    return new Circuits.Panel(label, features, neurons, in, out);
  }

  /** Loss over training of picked models, as sum over features, both axes logarithmic. */
  static XyChart losses(
      String title,
      String caption,
      List<SelectedModel> picks,
      Function<SelectedModel, String> label) {
    List<XyChart.Series> series = new ArrayList<>();
    for (SelectedModel pick : picks) {
      int[] steps = pick.trained().losses().steps();
      double[] x = new double[steps.length];
      double[] y = new double[steps.length];
      for (int k = 0; k < steps.length; k++) {
        x[k] = steps[k];
        y[k] = (double) pick.trained().losses().losses()[k][pick.model()] * pick.features();
      }
      series.add(new XyChart.Series(label.apply(pick), XyChart.Mark.LINE, x, y));
    }
    return new XyChart(
        title,
        caption,
        new XyChart.Axis("training step", true),
        new XyChart.Axis("loss of the batch (sum over features)", true),
        series);
  }
}
