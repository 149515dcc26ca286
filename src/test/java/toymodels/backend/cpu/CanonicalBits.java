package toymodels.backend.cpu;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import toymodels.data.Coupling;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.model.ModelBatch;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.train.Backend;
import toymodels.train.Checkpoint;
import toymodels.train.GradientEstimator;
import toymodels.train.ModelSlice;
import toymodels.train.Schedule;
import toymodels.train.Study;
import toymodels.train.Trainer;
import toymodels.train.TrainingPlan;

/** SHA-256 of what some studies train, by which {@link CanonicalBitsTest} pins the arithmetic. */
final class CanonicalBits {
  private static final int STEPS = 20;
  private static final int LONG_STEPS = 10_000;

  private CanonicalBits() {}

  /** Prints the hash of every study as trained with the lanes of this JVM, on two threads. */
  public static void main(String[] arguments) {
    try (Backend backend = new CpuBackend(2)) {
      System.out.println(backend.description());
      studies().forEach((name, study) -> System.out.println(name + " " + hash(backend, study, 1)));
    }
  }

  /** Every kind, coupling, schedule; both generators; one and two feature lanes; micro-batches. */
  static Map<String, Study> studies() {
    Map<String, Study> studies = new TreeMap<>();
    int[][] sizes = {
      {1, 1}, {2, 1}, {3, 5}, {5, 2}, {8, 4}, {11, 3}, {20, 5}, {16, 8}, {43, 3}, {67, 1}, {80, 20},
      {101, 7},
    };
    for (int i = 0; i < sizes.length; i++) {
      ModelKind kind = ModelKind.values()[i % 4];
      ModelShape shape = new ModelShape(kind, sizes[i][0], sizes[i][1]);
      TrainingPlan plan =
          TrainingPlan.notebook()
              .withSteps(STEPS)
              .withBatch(i % 3 == 0 ? 100 : 1024)
              .withMicroBatches(1 + i % 2 * 2)
              .withSchedule(Schedule.values()[i % 3])
              .withWarmup(i % 4)
              .withSeed(i);
      Coupling coupling = sizes[i][0] < 2 ? Coupling.INDEPENDENT : Coupling.values()[i / 2 % 3];
      studies.put(shape.toString(), study(shape, coupling, plan));
    }
    addTwoHidden(studies);
    addSparse(studies);
    return studies;
  }

  /** Two hidden units, on one feature lane and on two, batches that leave lanes without samples. */
  private static void addTwoHidden(Map<String, Study> studies) {
    int[] features = {5, 9, 16, 17, 70};
    for (int i = 0; i < features.length; i++) {
      ModelKind kind = i % 2 == 0 ? ModelKind.RELU_OUTPUT : ModelKind.LINEAR;
      ModelShape shape = new ModelShape(kind, features[i], 2);
      TrainingPlan plan =
          TrainingPlan.notebook()
              .withSteps(STEPS)
              .withBatch(i % 2 == 0 ? 100 : 1024)
              .withMicroBatches(1 + i % 3)
              .withSeed(i);
      studies.put("dense " + shape, study(shape, Coupling.values()[i % 3], plan));
    }
  }

  /** The sparse estimators, of one and several vectors, of equal and of different densities. */
  private static void addSparse(Map<String, Study> studies) {
    int[][] sizes = {{1, 1}, {5, 2}, {20, 5}, {43, 3}, {80, 20}};
    for (int i = 0; i < sizes.length; i++) {
      for (GradientEstimator estimator :
          List.of(GradientEstimator.IID_SPARSE, GradientEstimator.STRATIFIED)) {
        ModelKind kind = i % 2 == 0 ? ModelKind.RELU_OUTPUT : ModelKind.LINEAR;
        ModelShape shape = new ModelShape(kind, sizes[i][0], sizes[i][1]);
        int n = shape.features();
        double[] densities = new double[n];
        Arrays.setAll(densities, f -> 0.2 * StrictMath.pow(0.8, f));
        FeatureDistribution different =
            new FeatureDistribution(densities, Coupling.INDEPENDENT, List.of(), false);
        List<Task> tasks =
            List.of(
                Task.equallyImportant(FeatureDistribution.independent(n, 0.1)),
                new Task(different, Importance.geometric(n, 0.9)));
        TrainingPlan plan = TrainingPlan.notebook().withSteps(STEPS).withSeed(i);
        studies.put(
            estimator.configName() + " " + shape,
            new Study(shape, tasks, 2, plan.withEstimator(estimator)));
      }
    }
    TrainingPlan plan = TrainingPlan.notebook().withSteps(STEPS).withBatch(300);
    plan = plan.withEstimator(GradientEstimator.IID_SPARSE);
    ModelShape shape = new ModelShape(ModelKind.RELU_OUTPUT, 11, 3);
    for (Coupling coupling : List.of(Coupling.CORRELATED, Coupling.ANTICORRELATED)) {
      studies.put("iid-sparse " + coupling.configName(), study(shape, coupling, plan));
    }
    int[][] hidden = {{1, 1}, {5, 2}, {6, 20}, {43, 3}, {100, 40}};
    for (int i = 0; i < hidden.length; i++) {
      ModelKind kind = i % 2 == 0 ? ModelKind.ABSOLUTE_VALUE : ModelKind.RELU_HIDDEN;
      shape = new ModelShape(kind, hidden[i][0], hidden[i][1]);
      Coupling coupling = i == 0 ? Coupling.INDEPENDENT : Coupling.values()[i % 3];
      studies.put("iid-sparse " + shape, study(shape, coupling, plan.withSeed(i)));
    }
  }

  /** As long as the notebook trains, of fewer samples. */
  static Study longStudy() {
    return study(
        new ModelShape(ModelKind.RELU_OUTPUT, 5, 2),
        Coupling.INDEPENDENT,
        TrainingPlan.notebook().withSteps(LONG_STEPS).withBatch(64));
  }

  private static Study study(ModelShape shape, Coupling coupling, TrainingPlan plan) {
    int n = shape.features();
    FeatureDistribution inputs =
        coupling == Coupling.INDEPENDENT
            ? FeatureDistribution.independent(n, 0.3)
            : new FeatureDistribution(
                FeatureDistribution.independent(n, 0.3).densities(),
                coupling,
                List.of(new int[] {0, 1}),
                false);
    return new Study(
        shape,
        List.of(
            Task.equallyImportant(inputs),
            new Task(inputs.withSigns(), Importance.geometric(n, 0.9))),
        4,
        plan);
  }

  /** The hash of all numbers of a study's last checkpoint, trained in so many shards. */
  static String hash(Backend backend, Study study, int shards) {
    MessageDigest sha = sha256();
    for (int shard = 0; shard < shards; shard++) {
      int first = study.models() * shard / shards;
      ModelSlice range = new ModelSlice(first, study.models() * (shard + 1) / shards - first);
      try (Trainer trainer = backend.start(study, range, Optional.empty())) {
        trainer.advance(study.plan().steps());
        Checkpoint last = trainer.checkpoint();
        for (int k = 0; k < range.count(); k++) {
          for (ModelBatch batch :
              List.of(last.weights(), last.firstMoments(), last.secondMoments())) {
            ModelBatch model = batch.slice(k, 1);
            update(sha, model.encoder());
            update(sha, model.decoder());
            update(sha, model.biases());
          }
          update(sha, new float[] {last.losses()[k]});
        }
      }
    }
    return HexFormat.of().formatHex(sha.digest());
  }

  private static void update(MessageDigest sha, float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
    bytes.asFloatBuffer().put(values);
    sha.update(bytes.array());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JVM has SHA-256", e);
    }
  }
}
