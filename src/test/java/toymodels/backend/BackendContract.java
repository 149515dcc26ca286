package toymodels.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import toymodels.backend.reference.ReferenceBackend;
import toymodels.model.ModelBatch;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.train.Adam;
import toymodels.train.Backend;
import toymodels.train.Checkpoint;
import toymodels.train.Divergence;
import toymodels.train.GradientEstimator;
import toymodels.train.InitialWeights;
import toymodels.train.ModelSlice;
import toymodels.train.Study;
import toymodels.train.Trainer;
import toymodels.train.TrainingPlan;

/**
 * What every backend keeps: the gradient of the reference, and results that depend on nothing but
 * the study.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class BackendContract {
  static final List<ContractStudies.Case> CASES = ContractStudies.CASES;
  static final List<ContractStudies.Case> PLANS = ContractStudies.PLANS;
  static final List<ContractStudies.Case> SPARSE = ContractStudies.SPARSE;

  private Backend backend;

  /** Opens the backend under test. */
  protected abstract Backend open();

  /** Opens a backend whose bits are the canonical ones, for backends that promise these bits. */
  protected Optional<Supplier<Backend>> canonical() {
    return Optional.empty();
  }

  /** Whether studies can be trained by this estimator. */
  protected boolean offers(GradientEstimator estimator) {
    return true;
  }

  /** Every study of the contract that this backend offers. */
  final Stream<ContractStudies.Case> cases() {
    return Stream.of(CASES, PLANS, SPARSE)
        .flatMap(List::stream)
        .filter(c -> offers(c.plan().estimator()));
  }

  /** Ways to train by drawing samples, those that this backend offers. */
  final Stream<ContractStudies.Way> ways() {
    return ContractStudies.WAYS.stream().filter(way -> offers(way.estimator()));
  }

  /** The studies whose bits are compared: all, or none where no bits are promised. */
  protected Stream<ContractStudies.Case> strictCases() {
    return canonical().isPresent() ? cases() : Stream.empty();
  }

  /** Steps of the comparison of bits, for every case: fewer where steps are slow. */
  protected int strictSteps() {
    return 20;
  }

  /** Whether a checkpoint holds all of a trainer's state, to the bit. */
  protected boolean resumesExactly() {
    return true;
  }

  /** Whether a model's bits stay the same however many models are trained with it. */
  protected boolean sumsAlikeInEveryRange() {
    return true;
  }

  @BeforeAll
  void openBackend() {
    backend = open();
  }

  @AfterAll
  void closeBackend() {
    backend.close();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void follows_the_reference(ContractStudies.Case c) {
    Study study = c.study(ContractStudies.STEPS);
    try (Backend reference = new ReferenceBackend()) {
      Checkpoint expected = train(reference, study);
      Checkpoint actual = train(backend, study);
      ContractStudies.assertClose(expected, actual);
    }
  }

  @ParameterizedTest(name = "{0}", allowZeroInvocations = true)
  @MethodSource("strictCases")
  void trains_the_canonical_bits(ContractStudies.Case c) {
    try (Backend expected = canonical().orElseThrow().get()) {
      Study study = c.study(strictSteps());
      ContractStudies.assertSameBits(train(expected, study), train(backend, study));
    }
  }

  @Test
  void begins_at_the_initial_weights() {
    Study study = ContractStudies.some(10);
    try (Trainer trainer = backend.start(study)) {
      assertEquals(0, trainer.stepsTaken());
      assertTrue(InitialWeights.of(study, ModelSlice.all(study)).sameBits(trainer.snapshot()));
      assertArrayEquals(new float[study.models()], trainer.losses());
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void does_not_depend_on_how_steps_are_divided(ContractStudies.Way way) {
    Study study = ContractStudies.some(13, way);
    try (Trainer trainer = backend.start(study)) {
      for (int steps : new int[] {0, 1, 5, 3, 4}) {
        trainer.advance(steps);
      }
      ContractStudies.assertSameBits(train(backend, study), trainer.checkpoint());
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void resumes_from_a_checkpoint_as_if_never_stopped(ContractStudies.Way way) {
    Study study = ContractStudies.some(13, way);
    Checkpoint middle;
    try (Trainer trainer = backend.start(study)) {
      trainer.advance(6);
      middle = trainer.checkpoint();
      trainer.advance(2);
    }
    assertEquals(6, middle.step());
    try (Trainer trainer = backend.start(study, ModelSlice.all(study), Optional.of(middle))) {
      assertArrayEquals(middle.losses(), trainer.losses());
      trainer.advance(7);
      Checkpoint whole = train(backend, study);
      ContractStudies.assertAlike(whole, trainer.checkpoint(), resumesExactly());
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void ranges_of_models_together_are_the_whole(ContractStudies.Way way) {
    Study study = ContractStudies.some(7, way);
    Checkpoint whole = train(backend, study);
    int from = 0;
    for (int count : new int[] {1, 2, 0, study.models() - 3}) {
      ModelSlice range = new ModelSlice(from, count);
      try (Trainer trainer = backend.start(study, range, Optional.empty())) {
        trainer.advance(7);
        Checkpoint expected = ContractStudies.slice(whole, from, count);
        ContractStudies.assertAlike(expected, trainer.checkpoint(), sumsAlikeInEveryRange());
      }
      from += count;
    }
    assertEquals(study.models(), from);
  }

  /** A study of one model: no lane, warp or thread beside it has work. */
  @ParameterizedTest
  @EnumSource(ModelKind.class)
  void one_model_alone_trains_as_it_does_among_others(ModelKind kind) {
    Study several =
        ContractStudies.of(new ModelShape(kind, 5, 2), TrainingPlan.notebook().withSteps(7));
    Study one = new Study(several.shape(), several.tasks().subList(0, 1), 1, several.plan());
    ModelBatch alone = train(backend, one).weights();
    assertTrue(train(backend, several).weights().slice(0, 1).sameBits(alone));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void a_model_does_not_depend_on_its_neighbours(ContractStudies.Way way) {
    Study study = ContractStudies.some(7, way);
    Study other = ContractStudies.withOtherFirstTask(study);
    ModelBatch trained = train(backend, study).weights();
    ModelBatch beside = train(backend, other).weights();
    int kept = study.replicas();
    int rest = study.models() - kept;
    assertFalse(trained.slice(0, kept).sameBits(beside.slice(0, kept)));
    assertTrue(trained.slice(kept, rest).sameBits(beside.slice(kept, rest)));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void snapshots_and_checkpoints_are_copies(ContractStudies.Way way) {
    Study study = ContractStudies.some(4, way);
    try (Trainer trainer = backend.start(study)) {
      trainer.advance(2);
      Arrays.fill(trainer.snapshot().encoder(), Float.NaN);
      Checkpoint copy = trainer.checkpoint();
      Arrays.fill(copy.firstMoments().encoder(), Float.NaN);
      Arrays.fill(copy.losses(), Float.NaN);
      Arrays.fill(trainer.losses(), Float.NaN);
      trainer.advance(2);
      ContractStudies.assertSameBits(train(backend, study), trainer.checkpoint());
    }
  }

  /** Not a number, a weight whose square overflows, and the second moment alone. */
  @ParameterizedTest
  @MethodSource("ways")
  void a_diverged_model_is_frozen_and_changes_no_other(ContractStudies.Way way) {
    int steps = Divergence.INTERVAL + 3;
    Study study = ContractStudies.some(steps, way);
    ModelSlice all = ModelSlice.all(study);
    Checkpoint poisoned = Checkpoint.initial(study, all);
    int w = study.shape().weights();
    poisoned.weights().encoder()[0] = Float.NaN;
    poisoned.weights().encoder()[2 * w] = 1e30f;
    poisoned.secondMoments().biases()[5 * study.shape().features() - 1] = Float.POSITIVE_INFINITY;
    int[] sick = {0, 2, 4};
    Checkpoint clean = train(backend, study);
    try (Trainer trainer = backend.start(study, all, Optional.of(poisoned))) {
      trainer.advance(Divergence.INTERVAL);
      Checkpoint found = trainer.checkpoint();
      trainer.advance(3);
      Checkpoint last = trainer.checkpoint();
      for (int k = 0; k < study.models(); k++) {
        boolean isSick = Arrays.binarySearch(sick, k) >= 0;
        int expected = isSick ? Divergence.INTERVAL : Checkpoint.NOT_DIVERGED;
        assertEquals(expected, last.divergedAt()[k], "frozen at, model " + k);
        ModelBatch same = (isSick ? found : clean).weights();
        assertTrue(same.slice(k, 1).sameBits(last.weights().slice(k, 1)), "model " + k);
      }
    }
  }

  @Test
  void divergence_is_found_after_the_last_step_too() {
    Study study = ContractStudies.some(3);
    Adam wild = new Adam(1e6, 0.9, 0.999, 1e-8, 1e6);
    study = study.withPlan(study.plan().withSteps(7).withAdam(wild));
    Checkpoint last = train(backend, study);
    for (int k = 0; k < study.models(); k++) {
      assertEquals(7, last.divergedAt()[k], "frozen at, model " + k);
    }
  }

  @ParameterizedTest
  @EnumSource(GradientEstimator.class)
  void trains_by_an_estimator_or_refuses_it(GradientEstimator estimator) {
    Study study =
        ContractStudies.some(1, new ContractStudies.Way(estimator, ModelKind.RELU_OUTPUT));
    if (offers(estimator)) {
      assertEquals(1, train(backend, study).step());
    } else {
      String refusal =
          assertThrows(IllegalArgumentException.class, () -> backend.start(study)).getMessage();
      assertTrue(refusal.contains("'" + estimator.configName() + "'"), refusal);
    }
  }

  @Test
  void refuses_what_does_not_fit_the_plan_or_the_study() {
    Study study = ContractStudies.some(3);
    ModelSlice all = ModelSlice.all(study);
    try (Trainer trainer = backend.start(study)) {
      trainer.advance(3);
      assertThrows(IllegalArgumentException.class, () -> trainer.advance(1));
      assertThrows(IllegalArgumentException.class, () -> trainer.advance(-1));
    }
    Study larger =
        ContractStudies.of(new ModelShape(ModelKind.RELU_OUTPUT, 9, 2), TrainingPlan.notebook());
    Checkpoint foreign = Checkpoint.initial(larger, ModelSlice.all(larger));
    assertThrows(
        IllegalArgumentException.class, () -> backend.start(study, all, Optional.of(foreign)));
  }

  private static Checkpoint train(Backend backend, Study study) {
    try (Trainer trainer = backend.start(study)) {
      trainer.advance(study.plan().steps());
      return trainer.checkpoint();
    }
  }
}
