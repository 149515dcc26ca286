package toymodels.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import toymodels.backend.cuda.DriverEmulator.Knob;
import toymodels.backend.cuda.internal.cublas.Cublas;
import toymodels.backend.cuda.internal.driver.DeviceMemory;
import toymodels.backend.cuda.internal.driver.Gpu;
import toymodels.backend.cuda.internal.driver.GpuStream;
import toymodels.backend.cuda.internal.driver.Product;
import toymodels.backend.cuda.internal.driver.Product.Matrix;
import toymodels.backend.cuda.internal.driver.Product.Place;
import toymodels.backend.cuda.internal.driver.Staging;
import toymodels.backend.cuda.internal.launch.DeviceState;
import toymodels.backend.cuda.internal.launch.TaskTables;
import toymodels.model.ModelBatch;
import toymodels.model.ModelKind;
import toymodels.train.Backend;
import toymodels.train.Determinism;
import toymodels.train.Study;
import toymodels.train.Trainer;

/**
 * cuBLAS on the emulator's double, whose order of sums depends on the schedule alone: what model
 * chunks, devices, streams, lack of memory and wrong arguments do.
 */
@ExtendWith(DriverEmulator.class)
class CublasPromisesTest {
  private static final CudaOptions BY_CUBLAS = CublasContractTest.BY_CUBLAS;

  /** What the double keeps for itself, as cuBLAS does. */
  private static final long WORKSPACE_BYTES = 4 << 20;

  @BeforeEach
  void reset() {
    DriverEmulator.requireEmulator();
  }

  private static Study study(ModelKind kind) {
    Study two = FastRun.study(kind, 11, 3, 19, 6);
    return new Study(two.shape(), two.tasks(), 3, two.plan());
  }

  private static ModelBatch train(CudaOptions options, Study study) {
    try (Backend backend = new CudaBackend(options);
        Trainer trainer = backend.start(study)) {
      int first = study.plan().steps() / 2;
      trainer.advance(first);
      trainer.advance(study.plan().steps() - first);
      return trainer.snapshot();
    }
  }

  private static void assertSameBits(ModelBatch expected, ModelBatch actual) {
    assertTrue(expected.sameBits(actual), "weights");
  }

  @ParameterizedTest
  @EnumSource(ModelKind.class)
  void waves_and_devices_train_the_same(ModelKind kind) {
    Study study = study(kind);
    ModelBatch one = train(BY_CUBLAS.withDevices(1), study);
    assertSameBits(one, train(BY_CUBLAS.withDevices(1).withModelChunks(4), study));
    DriverEmulator.set(Knob.DEVICES, 2);
    assertSameBits(one, train(BY_CUBLAS, study));
    assertSameBits(one, train(BY_CUBLAS.withModelChunks(2), study));
  }

  /** Products and kernels of a step wait for each other, whenever the work is done. */
  @ParameterizedTest
  @EnumSource(ModelKind.class)
  void streams_keep_products_and_kernels_in_order(ModelKind kind) {
    Study study = study(kind);
    ModelBatch plain = train(BY_CUBLAS, study);
    boolean differs = false;
    for (int seed = 1; seed <= 3; seed++) {
      DriverEmulator.set(Knob.SCHEDULE, seed);
      ModelBatch other = train(BY_CUBLAS, study);
      differs |= !plain.sameBits(other);
      DriverEmulator.set(Knob.MODE, DriverEmulator.DEFERRED);
      DriverEmulator.set(Knob.DEVICES, 2);
      assertSameBits(other, train(BY_CUBLAS.withModelChunks(2), study));
      reset();
    }
    assertTrue(differs, "three orders of sums gave the same bits");
    DriverEmulator.set(Knob.MODE, DriverEmulator.BACKGROUND);
    DriverEmulator.set(Knob.UNREADY_QUERIES, 3);
    assertSameBits(plain, train(BY_CUBLAS, study));
  }

  /** Where strict arithmetic trains a model that no SM holds, cuBLAS is not even opened. */
  @Test
  void only_fast_arithmetic_multiplies_by_cublas() {
    Study large = FastRun.study(ModelKind.RELU_OUTPUT, 400, 30, 16, 1);
    CudaOptions strict = CudaOptions.fromProperties();
    long before = DriverEmulator.get(Knob.PRODUCTS);
    train(strict, large);
    assertEquals(before, DriverEmulator.get(Knob.PRODUCTS));
    train(strict.withDeterminism(Determinism.FAST), large);
    assertEquals(before + 4, DriverEmulator.get(Knob.PRODUCTS), "of one step of tied weights");
    train(strict.withDeterminism(Determinism.FAST), study(ModelKind.RELU_OUTPUT));
    assertEquals(before + 4, DriverEmulator.get(Knob.PRODUCTS), "a small model needs none");
  }

  @Test
  void too_little_memory_is_split_into_waves() {
    Study study = study(ModelKind.ABSOLUTE_VALUE);
    ModelBatch plain = train(BY_CUBLAS, study);
    long each = DeviceState.bytesOfModel(study.shape()) + KernelVariant.CUBLAS.scratchBytes(study);
    long fixed = new TaskTables(study).bytes() + 32L * 1000;
    DriverEmulator.set(Knob.MEMORY_BYTES, WORKSPACE_BYTES + fixed + 2 * each);
    assertSameBits(plain, train(BY_CUBLAS, study));
    DriverEmulator.set(Knob.MEMORY_BYTES, WORKSPACE_BYTES + fixed);
    assertSays(
        assertThrows(GpuException.OutOfMemory.class, () -> train(BY_CUBLAS, study)),
        "n = 11, m = 3 with batch 19 on GPU 0");
    DriverEmulator.set(Knob.MEMORY_BYTES, WORKSPACE_BYTES - 1);
    assertSays(
        assertThrows(GpuException.OutOfMemory.class, () -> train(BY_CUBLAS, study)),
        "opening cuBLAS on GPU 0",
        "CUBLAS_STATUS_ALLOC_FAILED");
    assertEquals(0, DriverEmulator.get(Knob.ALIVE));
  }

  @Test
  void every_allocation_may_fail() {
    Study study = study(ModelKind.RELU_OUTPUT);
    ModelBatch plain = train(BY_CUBLAS, study);
    int cublas = 0;
    for (int n = 1; ; n++) {
      reset();
      DriverEmulator.set(Knob.FAIL_ALLOCATION, n);
      try {
        assertSameBits(plain, train(BY_CUBLAS, study));
      } catch (GpuException e) {
        assertSays(e, "GPU 0", "made to fail");
        cublas += e.getMessage().contains("cuBLAS") ? 1 : 0;
      }
      assertEquals(0, DriverEmulator.get(Knob.ALIVE), "left behind after failure " + n);
      assertEquals(0, DriverEmulator.get(Knob.ALIVE_BYTES));
      if (DriverEmulator.get(Knob.ALLOCATIONS_ASKED) < n) {
        assertEquals(1, cublas, "failures of cuBLAS");
        return;
      }
    }
  }

  /** Three products of (4, 3) by (3, 2) in a buffer of so many floats. */
  private static float[] multiply(int floats, Consumer<float[]> fill, Product product) {
    try (Gpu gpu = Gpu.open(0);
        GpuStream stream = new GpuStream(gpu);
        Cublas cublas = new Cublas(gpu, stream);
        Staging staging = new Staging(gpu, stream, PlantedBugsTest.LIMIT, 4L * floats);
        DeviceMemory memory = new DeviceMemory(gpu, "matrices", 4L * floats)) {
      float[] values = new float[floats];
      fill.accept(values);
      staging.upload(memory, memory.bytes(), (offset, piece) -> piece.asFloatBuffer().put(values));
      cublas.multiply(product, place -> memory.address());
      staging.download(
          memory, memory.bytes(), (offset, piece) -> piece.asFloatBuffer().get(values));
      return values;
    }
  }

  private static Matrix at(long offset, int rows, int columns, int leading) {
    return Matrix.of(Place.SCRATCH, offset, 30, rows, columns, leading);
  }

  @Test
  void a_product_is_the_one_of_the_blackboard() {
    // Per model: left (4, 3) read from its transpose, right (3, 2), result (4, 2) in rows of 5.
    Product product = new Product(at(0, 3, 4, 3).transpose(), at(12, 3, 2, 3), at(18, 4, 2, 5), 3);
    float[] values =
        multiply(
            90,
            v -> {
              for (int i = 0; i < v.length; i++) {
                v[i] = i % 30 < 18 ? (i * 7 % 11) - 4 : Float.NaN;
              }
            },
            product);
    for (int model = 0; model < 3; model++) {
      for (int i = 0; i < 4; i++) {
        for (int j = 0; j < 2; j++) {
          float sum = 0;
          for (int k = 0; k < 3; k++) {
            sum += values[30 * model + 3 * i + k] * values[30 * model + 12 + 3 * j + k];
          }
          assertEquals(sum, values[30 * model + 18 + i + 5 * j]);
        }
      }
      assertTrue(Float.isNaN(values[30 * model + 22]), "what lies between columns was written");
    }
  }

  @Test
  void a_wrong_product_is_named() {
    Product narrow = new Product(at(0, 4, 3, 2), at(12, 3, 2, 3), at(18, 4, 2, 4), 3);
    assertSays(
        assertThrows(GpuException.class, () -> multiply(90, v -> {}, narrow)),
        "multiplying (4, 3) times (3, 2) for 3 models on GPU 0",
        "ldA = 2, A has 4 rows",
        "CUBLAS_STATUS_INVALID_VALUE");
    Product past = new Product(at(0, 4, 3, 4), at(12, 3, 2, 3), at(18, 4, 2, 4), 4);
    assertSays(
        assertThrows(GpuException.class, () -> multiply(90, v -> {}, past)),
        "bytes of A are not inside one allocation of device 0");
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Product(at(0, 4, 3, 4), at(12, 2, 2, 2), at(18, 4, 2, 4), 1));
    assertEquals("(4, 3) times (2, 2) is no matrix (4, 2)", e.getMessage());
  }

  @Test
  void the_version_and_its_place_are_known() {
    try (Gpu gpu = Gpu.open(0);
        GpuStream stream = new GpuStream(gpu);
        Cublas cublas = new Cublas(gpu, stream)) {
      assertEquals(
          "cuBLAS 13.0.0 of " + DriverEmulator.DIRECTORY.toAbsolutePath(), cublas.version());
    }
    assertFalse(Cublas.unavailableReason().isPresent());
  }

  private static void assertSays(Exception e, String... parts) {
    for (String part : parts) {
      assertTrue(e.getMessage().contains(part), () -> part + " is not in: " + e.getMessage());
    }
  }
}
