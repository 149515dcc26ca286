package toymodels.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import toymodels.backend.cuda.internal.launch.WarpLaunch;
import toymodels.train.Backend;
import toymodels.train.Determinism;
import toymodels.train.Study;
import toymodels.train.Trainer;

/** Which kernels the studies of {@link KernelVariantTest} run. */
@ExtendWith(DriverEmulator.class)
class CoverageTest {
  @BeforeEach
  void reset() {
    DriverEmulator.requireEmulator();
  }

  private static void train(KernelVariant variant, Study study) {
    try (Backend cuda = new CudaBackend(CudaOptions.fromProperties().withVariant(variant));
        Trainer trainer = cuda.start(study)) {
      trainer.advance(study.plan().steps());
    }
  }

  private static boolean ofStrictRung(String kernel) {
    return Stream.of(KernelVariant.values())
        .filter(variant -> variant.determinism() == Determinism.BITWISE)
        .anyMatch(variant -> kernel.startsWith(variant.name().toLowerCase(Locale.ROOT)));
  }

  @Test
  void every_kernel_runs() {
    InstructionProfile.begin();
    KernelVariantTest.cases().forEach(a -> train((KernelVariant) a.get()[0], (Study) a.get()[2]));
    Map<String, Double> shares = new TreeMap<>();
    InstructionProfile.taken()
        .byKernel()
        .forEach((kernel, lines) -> shares.merge(kernel, shareRun(lines), Math::max));
    shares.keySet().removeIf(kernel -> !ofStrictRung(kernel));
    assertTrue(shares.size() > WarpLaunch.COMPILED.size(), shares::toString);
    assertEquals(
        List.of(), shares.keySet().stream().filter(k -> shares.get(k) == 0).toList(), "never run");
  }

  private static double shareRun(List<InstructionProfile.Line> lines) {
    return (double) lines.stream().filter(l -> l.issued() > 0).count() / lines.size();
  }
}
