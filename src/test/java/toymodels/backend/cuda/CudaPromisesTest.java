package toymodels.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import toymodels.backend.cpu.CpuBackend;
import toymodels.backend.cuda.DriverEmulator.Knob;
import toymodels.backend.cuda.internal.launch.DeviceState;
import toymodels.backend.cuda.internal.launch.TaskTables;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.train.Backend;
import toymodels.train.Checkpoint;
import toymodels.train.Study;
import toymodels.train.Trainer;
import toymodels.train.TrainingPlan;

/**
 * Results depend on no model chunk, device, schedule or order of streams; failures leave nothing
 * behind.
 */
@ExtendWith(DriverEmulator.class)
class CudaPromisesTest {
  private static final CudaOptions PLAIN = CudaOptions.fromProperties();
  private static final int STEPS = 6;

  /** The long run of strict arithmetic, where a GPU makes it quick. */
  private static final int LONG_STEPS = DriverEmulator.realGpu() ? 1000 : 50;

  @BeforeEach
  void reset() {
    DriverEmulator.reset();
  }

  /** Two tasks; on the rung for registers, or for a block. */
  private static Study study(ModelKind kind, int n, int m, int steps, int replicas) {
    Task dense = Task.equallyImportant(FeatureDistribution.independent(n, 0.8));
    Task sparse = new Task(FeatureDistribution.independent(n, 0.1), Importance.geometric(n, 0.8));
    TrainingPlan plan = TrainingPlan.notebook().withSteps(steps).withBatch(50).withSeed(3);
    return new Study(new ModelShape(kind, n, m), List.of(dense, sparse), replicas, plan);
  }

  /** Fourteen models, which seven model chunks divide. */
  private static Study study(ModelKind kind) {
    return study(kind, 5, 2, STEPS, 7);
  }

  private static Checkpoint train(CudaOptions options, Study study) {
    try (Backend backend = new CudaBackend(options)) {
      return train(backend, study);
    }
  }

  private static Checkpoint train(Backend backend, Study study) {
    try (Trainer trainer = backend.start(study)) {
      int first = study.plan().steps() / 2;
      trainer.advance(first);
      trainer.advance(study.plan().steps() - first);
      return trainer.checkpoint();
    }
  }

  private static void assertSameBits(Checkpoint expected, Checkpoint actual) {
    assertTrue(expected.weights().sameBits(actual.weights()), "weights");
    assertTrue(expected.firstMoments().sameBits(actual.firstMoments()), "first moments");
    assertTrue(expected.secondMoments().sameBits(actual.secondMoments()), "second moments");
    assertArrayEquals(expected.losses(), actual.losses(), "losses");
    assertArrayEquals(expected.divergedAt(), actual.divergedAt());
  }

  @ParameterizedTest
  @EnumSource(ModelKind.class)
  void waves_change_no_bit_and_repeating_changes_none(ModelKind kind) {
    Study study = study(kind);
    Checkpoint one = train(PLAIN.withDevices(1), study);
    for (int repeat = 0; repeat < 2; repeat++) {
      assertSameBits(one, train(PLAIN.withDevices(1), study));
      assertSameBits(one, train(PLAIN.withDevices(1).withModelChunks(7), study));
    }
  }

  @ParameterizedTest
  @EnumSource(ModelKind.class)
  void devices_change_no_bit(ModelKind kind) {
    DriverEmulator.requireEmulator();
    Study study = study(kind);
    Checkpoint one = train(PLAIN.withDevices(1), study);
    DriverEmulator.set(Knob.DEVICES, 2);
    assertSameBits(one, train(PLAIN, study));
    assertSameBits(one, train(PLAIN.withModelChunks(2), study));
    DriverEmulator.set(Knob.DEVICES, 3);
    assertSameBits(one, train(PLAIN.withModelChunks(3), study));
  }

  @ParameterizedTest
  @EnumSource(
      value = ModelKind.class,
      names = {"RELU_OUTPUT", "ABSOLUTE_VALUE"})
  void schedules_and_orders_of_streams_change_no_bit(ModelKind kind) {
    DriverEmulator.requireEmulator();
    Study study = study(kind);
    Checkpoint plain = train(PLAIN, study);
    for (int seed = 1; seed <= 3; seed++) {
      DriverEmulator.set(Knob.SCHEDULE, seed);
      assertSameBits(plain, train(PLAIN, study));
      DriverEmulator.set(Knob.MODE, DriverEmulator.DEFERRED);
      DriverEmulator.set(Knob.DEVICES, 2);
      assertSameBits(plain, train(PLAIN.withModelChunks(2), study));
      reset();
    }
    DriverEmulator.set(Knob.MODE, DriverEmulator.BACKGROUND);
    DriverEmulator.set(Knob.UNREADY_QUERIES, 3);
    assertSameBits(plain, train(PLAIN, study));
  }

  /** Three shapes for as long as rounding errors need to show, were there any. */
  @ParameterizedTest
  @ValueSource(strings = {"5 2", "20 5", "9 4"})
  void two_hundred_steps_are_the_bits_of_the_cpu(String size) {
    String[] nm = size.split(" ");
    Study study =
        study(ModelKind.RELU_OUTPUT, Integer.parseInt(nm[0]), Integer.parseInt(nm[1]), 200, 1);
    try (Backend cpu = new CpuBackend(1)) {
      assertSameBits(train(cpu, study), train(PLAIN, study));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "LINEAR, 5, 2",
    "LINEAR, 20, 5",
    "RELU_OUTPUT, 2, 1",
    "RELU_OUTPUT, 6, 2",
    "RELU_OUTPUT, 20, 5",
    "RELU_OUTPUT, 9, 4",
    "RELU_OUTPUT, 64, 3",
    "RELU_OUTPUT, 80, 20",
    "RELU_HIDDEN, 6, 3",
    "RELU_HIDDEN, 31, 7",
    "ABSOLUTE_VALUE, 3, 6",
    "ABSOLUTE_VALUE, 67, 5",
  })
  void long_runs_are_the_bits_of_the_cpu(ModelKind kind, int n, int m) {
    Study study = study(kind, n, m, LONG_STEPS, 1);
    try (Backend cpu = new CpuBackend(2)) {
      assertSameBits(train(cpu, study), train(PLAIN, study));
    }
  }

  /** The notebook's largest models, which no SM holds. */
  @ParameterizedTest
  @EnumSource(ModelKind.class)
  void large_models_are_the_bits_of_the_cpu(ModelKind kind) {
    Study large = study(kind, 400, 30, 20, 1);
    Study study =
        new Study(large.shape(), large.tasks().subList(1, 2), 1, large.plan().withBatch(100));
    try (Backend cpu = new CpuBackend(1)) {
      assertSameBits(train(cpu, study), train(PLAIN, study));
    }
  }

  @Test
  void too_little_memory_is_split_into_waves() {
    DriverEmulator.requireEmulator();
    Study study = study(ModelKind.RELU_OUTPUT);
    Checkpoint plain = train(PLAIN, study);
    long each = DeviceState.bytesOfModel(study.shape());
    long fixed = new TaskTables(study).bytes() + 32L * 1000;
    assertSameBits(plain, train(PLAIN.withMemoryLimit(fixed + 3 * each), study));
    // The device itself: what counting cannot foresee is found by trying.
    DriverEmulator.set(Knob.MEMORY_BYTES, fixed + 3 * each);
    assertSameBits(plain, train(PLAIN, study));
  }

  @Test
  void memory_for_not_even_one_model_is_one_clear_error() {
    DriverEmulator.requireEmulator();
    Study study = study(ModelKind.RELU_OUTPUT);
    GpuException e =
        assertThrows(
            GpuException.OutOfMemory.class, () -> train(PLAIN.withMemoryLimit(1000), study));
    assertTrue(e.getMessage().contains("needs 3"), e.getMessage());
    assertTrue(e.getMessage().contains("allowed are 1000"), e.getMessage());
    DriverEmulator.set(Knob.MEMORY_BYTES, 2000);
    e = assertThrows(GpuException.OutOfMemory.class, () -> train(PLAIN, study));
    assertTrue(e.getMessage().contains("GPU 0"), e.getMessage());
    assertTrue(e.getMessage().contains("free are"), e.getMessage());
    assertEquals(0, DriverEmulator.get(Knob.ALIVE));
  }

  /** As SQLite's tests do: the n-th fails, for n = 1, 2, ... until none is left to fail. */
  @ParameterizedTest
  @CsvSource({"1, 1, false", "1, 1, true", "2, 3, false", "2, 3, true"})
  void every_allocation_may_fail(int devices, int waves, boolean allAfterIt) {
    DriverEmulator.requireEmulator();
    Study study = study(ModelKind.RELU_OUTPUT);
    CudaOptions options = PLAIN.withModelChunks(waves);
    Checkpoint plain = train(options, study);
    int reported = 0;
    for (int n = 1; ; n++) {
      reset();
      DriverEmulator.set(Knob.DEVICES, devices);
      DriverEmulator.set(Knob.FAIL_ALLOCATION, n);
      DriverEmulator.set(Knob.FAIL_ON, allAfterIt ? 1 : 0);
      boolean failed = false;
      try {
        assertSameBits(plain, train(options, study));
      } catch (GpuException e) {
        failed = true;
        reported++;
        assertTrue(e.getMessage().matches("(?s).*GPU [01].*"), e.getMessage());
        boolean clear = e.getMessage().contains("made to fail");
        assertTrue(clear || e.getMessage().contains("make the batch smaller"), e.getMessage());
      }
      assertEquals(0, DriverEmulator.get(Knob.ALIVE), "left behind after failure " + n);
      assertEquals(0, DriverEmulator.get(Knob.ALIVE_BYTES));
      if (DriverEmulator.get(Knob.ALLOCATIONS_ASKED) < n) {
        assertTrue(n > 10 * devices, "only " + n + " allocations");
        assertTrue(reported > 0);
        return;
      }
      assertTrue(failed || !allAfterIt, "allocation " + n + " failed in silence");
    }
  }

  @Test
  void no_driver_or_no_device_is_said_in_a_sentence() {
    DriverEmulator.requireEmulator();
    DriverEmulator.set(Knob.DEVICES, 0);
    assertEquals("the NVIDIA driver finds no GPU", CudaBackend.unavailableReason().orElseThrow());
    GpuException e = assertThrows(GpuException.Unavailable.class, () -> new CudaBackend(PLAIN));
    assertEquals("no GPU to train on: the NVIDIA driver finds no GPU", e.getMessage());
  }
}
