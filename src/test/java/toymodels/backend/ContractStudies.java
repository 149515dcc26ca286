package toymodels.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import toymodels.data.Coupling;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.model.ModelBatch;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.train.Adam;
import toymodels.train.Checkpoint;
import toymodels.train.GradientEstimator;
import toymodels.train.Schedule;
import toymodels.train.Study;
import toymodels.train.TrainingPlan;

/** Small studies that reach every corner of the arithmetic, and how results are compared. */
final class ContractStudies {
  /** Steps of the comparison with the reference: enough for Adam's moments to matter. */
  static final int STEPS = 4;

  /**
   * One step moves a parameter by at most about the rate, 1e-3, whatever its gradient's size, so
   * gradients that agree to float rounding move it alike to a percent of that unless they cancel.
   */
  static final double PARAMETER_TOLERANCE = 2e-5;

  /** Float sums of a hundred samples of a few features. */
  static final double LOSS_TOLERANCE = 1e-5;

  /** Odd on purpose: the last round of sample lanes is not full. */
  private static final int BATCH = 100;

  /** Features and hidden: ones, primes, m &gt; n, around n m = 32 and 128, around n = 64. */
  private static final int[][] SIZES = {
    {1, 1}, {2, 1}, {1, 3}, {5, 2}, {3, 7}, {8, 4}, {11, 3}, {13, 5}, {7, 11}, {16, 8}, {43, 3},
    {64, 2}, {65, 2}, {67, 1}, {64, 3}, {101, 13},
  };

  /** One to many vectors of features, and of hidden units, of which the last is not full. */
  private static final int[][] HIDDEN_SIZES = {
    {1, 1}, {2, 5}, {5, 2}, {3, 7}, {16, 8}, {9, 41}, {43, 3}, {70, 20}, {101, 13},
  };

  /** One study of the contract. */
  record Case(ModelShape shape, Coupling coupling, boolean signed, int models, TrainingPlan plan) {
    Study study(int steps) {
      TrainingPlan whole = plan.withSteps(steps).withWarmup(Math.min(plan.warmup(), steps));
      return new Study(shape, tasks(this), models, whole);
    }

    @Override
    public String toString() {
      return "%s, %s %d x %d %s%s, %d of a task, %s, warm-up %d, %d micro-batches of %d, decay %s"
          .formatted(
              plan.estimator().configName(),
              shape.kind().configName(),
              shape.features(),
              shape.hidden(),
              signed ? "signed " : "",
              coupling.configName(),
              models,
              plan.schedule().configName(),
              plan.warmup(),
              plan.microBatches(),
              plan.batch(),
              plan.adam().weightDecay());
    }
  }

  /** An estimator, and what it trains. */
  record Way(GradientEstimator estimator, ModelKind kind) {}

  /** Estimators that draw samples, and what they do differently for different kinds. */
  static final List<Way> WAYS =
      List.of(
          new Way(GradientEstimator.IID, ModelKind.RELU_OUTPUT),
          new Way(GradientEstimator.IID_SPARSE, ModelKind.RELU_OUTPUT),
          new Way(GradientEstimator.IID_SPARSE, ModelKind.RELU_HIDDEN),
          new Way(GradientEstimator.IID_SPARSE, ModelKind.ABSOLUTE_VALUE),
          new Way(GradientEstimator.STRATIFIED, ModelKind.RELU_OUTPUT));

  /** Every kind, coupling, sign and size; sizes that are cheap meet every schedule with them. */
  static final List<Case> CASES = cases();

  /**
   * Every schedule, with and without warm-up and decay; one and three micro-batches, one full
   * batch.
   */
  static final List<Case> PLANS = plans();

  /** Every use of the sparse estimators: couplings and signs of one, sample counts of the other. */
  static final List<Case> SPARSE = sparse();

  private ContractStudies() {}

  private static List<Case> sparse() {
    List<Case> cases = new ArrayList<>();
    for (ModelKind kind : List.of(ModelKind.LINEAR, ModelKind.RELU_OUTPUT)) {
      for (int[] size : SIZES) {
        ModelShape shape = new ModelShape(kind, size[0], size[1]);
        int i = cases.size();
        TrainingPlan plan = plan().withBatch(i % 2 == 0 ? BATCH : 1000);
        for (Coupling coupling : Coupling.values()) {
          TrainingPlan sparse = plan.withEstimator(GradientEstimator.IID_SPARSE);
          cases.add(new Case(shape, coupling, cases.size() % 3 == 0, 1, sparse));
        }
        int samples = i % 3 == 0 ? 0 : i % 3 == 1 ? 7 : 300;
        cases.add(new Case(shape, Coupling.INDEPENDENT, false, 2, plan.stratified(samples)));
      }
    }
    for (ModelKind kind : List.of(ModelKind.RELU_HIDDEN, ModelKind.ABSOLUTE_VALUE)) {
      for (int[] size : HIDDEN_SIZES) {
        ModelShape shape = new ModelShape(kind, size[0], size[1]);
        TrainingPlan plan = plan().withBatch(cases.size() % 2 == 0 ? BATCH : 1100);
        for (Coupling coupling : Coupling.values()) {
          TrainingPlan sparse = plan.withEstimator(GradientEstimator.IID_SPARSE);
          cases.add(new Case(shape, coupling, cases.size() % 3 != 0, 1, sparse));
        }
      }
    }
    return List.copyOf(cases);
  }

  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (ModelKind kind : ModelKind.values()) {
      for (Coupling coupling : Coupling.values()) {
        for (int[] size : SIZES) {
          ModelShape shape = new ModelShape(kind, size[0], size[1]);
          int schedules = size[0] * size[1] < 100 ? Schedule.values().length : 1;
          for (int k = 0; k < schedules; k++) {
            // Sign, micro-batches and replicas alternate, so that each meets every kind, coupling
            // and size.
            int i = cases.size();
            Schedule schedule = Schedule.values()[i % Schedule.values().length];
            TrainingPlan plan = plan().withMicroBatches(i % 5 < 2 ? 3 : 1).withSchedule(schedule);
            cases.add(new Case(shape, coupling, i % 2 == 0, 1 + i / 2 % 2, plan));
          }
        }
      }
    }
    return List.copyOf(cases);
  }

  private static List<Case> plans() {
    List<Case> cases = new ArrayList<>();
    ModelShape shape = new ModelShape(ModelKind.RELU_OUTPUT, 5, 2);
    for (Schedule schedule : Schedule.values()) {
      for (int warmup : new int[] {0, 3}) {
        for (Adam adam : List.of(Adam.adam(1e-3), new Adam(1e-3, 0.8, 0.95, 1e-6, 0.1))) {
          TrainingPlan plan = plan().withSchedule(schedule).withWarmup(warmup).withAdam(adam);
          cases.add(new Case(shape, Coupling.INDEPENDENT, false, 2, plan));
        }
      }
    }
    for (int batch : new int[] {1, 15, 16, 17, 1024}) {
      for (int microBatches : new int[] {1, Math.min(3, batch)}) {
        TrainingPlan plan = plan().withBatch(batch).withMicroBatches(microBatches);
        cases.add(new Case(shape, Coupling.INDEPENDENT, false, 1, plan));
      }
    }
    return List.copyOf(cases);
  }

  private static TrainingPlan plan() {
    return TrainingPlan.notebook().withBatch(BATCH).withSeed(20220914);
  }

  /** Two tasks: dense and important alike; sparse with falling importance. */
  private static List<Task> tasks(Case c) {
    int n = c.shape.features();
    return List.of(
        Task.equallyImportant(inputs(c, 0.6)),
        new Task(inputs(c, 0.2), Importance.geometric(n, 0.8)));
  }

  /** Sets of three while they last; what remains is independent, each of its own density. */
  private static FeatureDistribution inputs(Case c, double density) {
    int n = c.shape.features();
    double[] densities = new double[n];
    Arrays.fill(densities, density);
    List<int[]> sets = new ArrayList<>();
    if (c.coupling != Coupling.INDEPENDENT) {
      for (int i = 0; i == 0 || i + 3 < n; i += 3) {
        sets.add(n < 3 ? new int[] {n - 1} : new int[] {i + 2, i, i + 1});
      }
    }
    for (int i = 3 * sets.size(); i < n; i++) {
      densities[i] = density * (1 - 0.5 * i / n);
    }
    return new FeatureDistribution(densities, c.coupling, sets, c.signed);
  }

  /** Six models of three tasks, ReLU output, 5 features in 2 dimensions. */
  static Study some(int steps) {
    return of(new ModelShape(ModelKind.RELU_OUTPUT, 5, 2), plan().withSteps(steps));
  }

  /** The same, trained this way. */
  static Study some(int steps, Way way) {
    TrainingPlan plan = plan().withSteps(steps).withEstimator(way.estimator);
    return of(new ModelShape(way.kind, 5, 2), plan);
  }

  /** Six models of three tasks. */
  static Study of(ModelShape shape, TrainingPlan plan) {
    List<Task> tasks = new ArrayList<>();
    for (double density : new double[] {0.7, 0.3, 0.1}) {
      tasks.add(
          new Task(
              FeatureDistribution.independent(shape.features(), density),
              Importance.geometric(shape.features(), 0.9)));
    }
    return new Study(shape, tasks, 2, plan);
  }

  /** The same study but for what the models of task 0 learn. */
  static Study withOtherFirstTask(Study study) {
    int n = study.shape().features();
    List<Task> tasks = new ArrayList<>(study.tasks());
    FeatureDistribution other = FeatureDistribution.independent(n, 0.01);
    boolean signs = study.plan().estimator() != GradientEstimator.STRATIFIED;
    tasks.set(0, new Task(signs ? other.withSigns() : other, Importance.uniform(n, 1e3)));
    return new Study(study.shape(), tasks, study.replicas(), study.plan());
  }

  /** Some models of a state. */
  static Checkpoint slice(Checkpoint whole, int first, int count) {
    int end = first + count;
    return new Checkpoint(
        whole.step(),
        whole.weights().slice(first, count),
        whole.firstMoments().slice(first, count),
        whole.secondMoments().slice(first, count),
        Arrays.copyOfRange(whole.losses(), first, end),
        Arrays.copyOfRange(whole.divergedAt(), first, end));
  }

  static void assertClose(Checkpoint expected, Checkpoint actual) {
    assertEquals(expected.step(), actual.step());
    assertClose("encoder", expected.weights().encoder(), actual.weights().encoder());
    assertClose("decoder", expected.weights().decoder(), actual.weights().decoder());
    assertClose("bias", expected.weights().biases(), actual.weights().biases());
    for (int k = 0; k < expected.models(); k++) {
      double loss = expected.losses()[k];
      assertEquals(loss, actual.losses()[k], LOSS_TOLERANCE * loss + 1e-9, "loss of model " + k);
    }
    assertArrayEquals(expected.divergedAt(), actual.divergedAt());
  }

  private static void assertClose(String what, float[] expected, float[] actual) {
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      String where = what + " number " + i;
      assertEquals(expected[i], actual[i], PARAMETER_TOLERANCE, where);
    }
  }

  static void assertAlike(Checkpoint expected, Checkpoint actual, boolean toTheBit) {
    if (toTheBit) {
      assertSameBits(expected, actual);
    } else {
      assertClose(expected, actual);
    }
  }

  static void assertSameBits(Checkpoint expected, Checkpoint actual) {
    assertEquals(expected.step(), actual.step());
    assertSameBits("weights", expected.weights(), actual.weights());
    assertSameBits("first moments", expected.firstMoments(), actual.firstMoments());
    assertSameBits("second moments", expected.secondMoments(), actual.secondMoments());
    assertArrayEquals(expected.losses(), actual.losses(), "losses");
    assertArrayEquals(expected.divergedAt(), actual.divergedAt());
  }

  private static void assertSameBits(String what, ModelBatch expected, ModelBatch actual) {
    assertArrayEquals(expected.encoder(), actual.encoder(), what + " of the encoder");
    assertArrayEquals(expected.decoder(), actual.decoder(), what + " of the decoder");
    assertArrayEquals(expected.biases(), actual.biases(), what + " of the biases");
  }
}
