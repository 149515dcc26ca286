package toymodels.backend.cuda.internal.cublas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import toymodels.backend.cpu.CpuBackend;
import toymodels.backend.cuda.CublasContractTest;
import toymodels.backend.cuda.CudaBackend;
import toymodels.backend.cuda.CudaOptions;
import toymodels.backend.cuda.DriverEmulator;
import toymodels.backend.cuda.FastRun;
import toymodels.backend.cuda.FastRun.Deviation;
import toymodels.backend.cuda.KernelVariant;
import toymodels.backend.cuda.NeedsCublas;
import toymodels.model.ModelKind;
import toymodels.train.Backend;
import toymodels.train.Determinism;
import toymodels.train.Study;

/** How near fast arithmetic stays to the bits of the CPU. */
@ExtendWith({DriverEmulator.class, NeedsCublas.class})
class CublasTest {
  static Stream<Arguments> gradients() {
    return Arrays.stream(ModelKind.values())
        .flatMap(k -> Arrays.stream(FastRun.SIZES).map(s -> Arguments.of(k, s[0], s[1])));
  }

  @ParameterizedTest(name = "{0} {1} x {2}")
  @MethodSource("gradients")
  void a_gradient_is_that_of_the_cpu(ModelKind kind, int n, int m) {
    try (Backend cpu = new CpuBackend(2);
        Backend cuda = new CudaBackend(CublasContractTest.BY_CUBLAS)) {
      Deviation worst = FastRun.gradient(cpu, cuda, FastRun.study(kind, n, m, 100, 21));
      assertTrue(worst.ofTolerance() <= 1, worst::toString);
    }
  }

  /** The tolerance leaves no room for tensor cores, however small the gradients are. */
  @Test
  void factors_rounded_to_eleven_bits_would_be_seen() {
    float[] gradient = {1e-5f, -3e-6f, 0};
    float[] rounded = {1e-5f * (1 + 0x1p-11f), -3e-6f, 0};
    Deviation none = new Deviation("nowhere", 0, 0, 0);
    assertTrue(FastRun.worst("encoder", 10, gradient, rounded, none).ofTolerance() > 10);
    assertEquals(none, FastRun.worst("encoder", 10, gradient, gradient, none));
    rounded[2] = Float.NaN;
    Deviation nan = FastRun.worst("encoder", 10, gradient, rounded, none);
    assertEquals(Double.POSITIVE_INFINITY, nan.ofTolerance());
  }

  @ParameterizedTest
  @EnumSource(ModelKind.class)
  void a_thousand_steps_come_to_the_loss_of_the_cpu(ModelKind kind) {
    try (Backend cpu = new CpuBackend(2);
        Backend cuda = new CudaBackend(CublasContractTest.BY_CUBLAS)) {
      double off = FastRun.loss(cpu, cuda, FastRun.study(kind, 12, 5, 64, 1000));
      assertEquals(0, off, FastRun.LOSS_RELATIVE);
    }
  }

  @Test
  void fast_arithmetic_takes_cublas_for_models_that_no_sm_holds() {
    assertEquals(KernelVariant.CUBLAS, chosen(400, 30));
    assertEquals(KernelVariant.REGISTERS, chosen(80, 20));
    assertEquals(KernelVariant.RESIDENT, chosen(20, 5));
  }

  private static KernelVariant chosen(int n, int m) {
    Study study = FastRun.study(ModelKind.RELU_OUTPUT, n, m, 1024, 1);
    return KernelVariant.production(study, 232_448, Determinism.FAST);
  }

  @Test
  void a_backend_says_which_arithmetic_it_trains_by() {
    CudaOptions options = CudaOptions.fromProperties();
    try (Backend strict = new CudaBackend(options);
        Backend fast = new CudaBackend(options.withDeterminism(Determinism.FAST))) {
      assertEquals(Determinism.BITWISE, strict.determinism());
      assertEquals(Determinism.FAST, fast.determinism());
      assertTrue(fast.description().endsWith(", fast"), fast.description());
    }
  }

  @Test
  void strict_arithmetic_never_takes_cublas() {
    CudaOptions strict = CudaOptions.fromProperties();
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> strict.withVariant(KernelVariant.CUBLAS));
    assertTrue(e.getMessage().contains("it needs fast arithmetic"), e.getMessage());
    for (ModelKind kind : ModelKind.values()) {
      for (int n = 1; n <= 1 << 12; n *= 2) {
        for (int m = 1; m <= 1 << 10; m *= 4) {
          Study study = FastRun.study(kind, n, m, 16, 1);
          KernelVariant variant = KernelVariant.production(study, 232_448, Determinism.BITWISE);
          assertEquals(Determinism.BITWISE, variant.determinism(), study.shape()::toString);
        }
      }
    }
  }
}
