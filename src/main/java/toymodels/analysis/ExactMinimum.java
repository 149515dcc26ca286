package toymodels.analysis;

import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import toymodels.backend.exact.ExpectedLoss;
import toymodels.data.Task;
import toymodels.model.ModelShape;

/**
 * A local minimum of the exact expected loss, found without sampling noise by {@link Bfgs}: what a
 * model of infinite patience would learn from where it starts.
 *
 * @param shape kind and size of the model
 * @param weights W, (features, hidden)
 * @param biases b, (features)
 * @param loss the exact loss there, a sum over features
 */
public record ExactMinimum(ModelShape shape, double[] weights, double[] biases, double loss) {
  /** Standard deviation of random starting weights. */
  private static final double START = 0.7;

  /** The minimum downhill of a starting point. */
  public static ExactMinimum from(ModelShape shape, Task task, double[] weights, double[] biases) {
    ExpectedLoss loss = ExpectedLoss.of(shape, task);
    int w = shape.weights();
    int n = shape.features();
    double[] start = Arrays.copyOf(weights, w + n);
    System.arraycopy(biases, 0, start, w, n);
    double[] dw = new double[w];
    double[] db = new double[n];
    Bfgs.Minimum minimum =
        Bfgs.minimise(
            (x, gradient) -> {
              double value =
                  loss.lossAndGradient(
                      Arrays.copyOf(x, w), Arrays.copyOfRange(x, w, w + n), dw, db);
              System.arraycopy(dw, 0, gradient, 0, w);
              System.arraycopy(db, 0, gradient, w, n);
              return value;
            },
            start);
    return new ExactMinimum(
        shape,
        Arrays.copyOf(minimum.point(), w),
        Arrays.copyOfRange(minimum.point(), w, w + n),
        minimum.value());
  }

  /**
   * The lowest of the minima downhill of random starts, the same for the same seed.
   *
   * @param starts how many, at least 1
   */
  public static ExactMinimum search(ModelShape shape, Task task, int starts, long seed) {
    return IntStream.range(0, starts)
        .parallel()
        .mapToObj(k -> fromRandom(shape, task, seed * 1_000_003 + k))
        .min(Comparator.comparingDouble(ExactMinimum::loss))
        .orElseThrow();
  }

  /** The minimum downhill of one random start: normal weights, biases of a dead feature's half. */
  public static ExactMinimum fromRandom(ModelShape shape, Task task, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] weights = new double[shape.weights()];
    Arrays.setAll(weights, i -> START * normal(random));
    double[] biases = new double[shape.features()];
    Arrays.setAll(biases, i -> task.inputs().activeProbability(i) / 4);
    return from(shape, task, weights, biases);
  }

  private static double normal(SplittableRandom random) {
    double radius = Math.sqrt(-2 * Math.log(1 - random.nextDouble()));
    return radius * Math.cos(2 * Math.PI * random.nextDouble());
  }

  /** The lower of two minima. */
  public ExactMinimum orBetter(ExactMinimum other) {
    return other.loss < loss ? other : this;
  }

  /** The geometry of the weights. */
  public Geometry geometry() {
    return Geometry.of(weights, shape.hidden());
  }
}
