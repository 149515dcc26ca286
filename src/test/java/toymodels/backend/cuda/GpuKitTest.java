package toymodels.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import toymodels.backend.cuda.DriverEmulator.Knob;
import toymodels.backend.cuda.internal.driver.Gpu;
import toymodels.data.FeatureDistribution;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.train.Backend;
import toymodels.train.Study;
import toymodels.train.Trainer;
import toymodels.train.TrainingPlan;

/** A GPU is lent for minutes: what the kit may take is known before, and nothing is done twice. */
@ExtendWith(DriverEmulator.class)
class GpuKitTest {
  /** Nine and a half minutes. */
  private static final int MOST_SECONDS = 570;

  @TempDir Path folder;

  @BeforeEach
  void reset() {
    DriverEmulator.requireEmulator();
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), text);
    return text;
  }

  @Test
  void the_parts_fit_the_time_that_a_gpu_is_lent_for() throws Exception {
    String plan = run("bash", "bench/gpu-kit/run.sh", "--plan");
    int sum = 0;
    int parts = 0;
    for (String line : plan.split("\n")) {
      if (line.endsWith(" s")) {
        sum += Integer.parseInt(line.substring(20, 25).strip());
        parts++;
      }
    }
    assertTrue(parts > 10 && sum > 300 && sum < MOST_SECONDS, plan);
  }

  /** What ends the comparison early leaves the rounds before. */
  @Test
  void the_peers_write_as_they_go_and_begin_nothing_late() throws Exception {
    assumeTrue(new ProcessBuilder("python3", "--version").start().waitFor() == 0, "no python3");
    Path out = folder.resolve("peers.json");
    String java = ProcessHandle.current().info().command().orElseThrow();
    String text =
        run(
            ("python3 bench/peers/paired.py --device cuda --backend reference --shapes 3x2x2,5x2x2"
                    + " --batch 16 --rounds 3 --seconds 0.02 --warm-up 0.02 --threads 1"
                    + " --peers torch:none --limit 0 --java "
                    + java
                    + " --out "
                    + out)
                .split(" "));
    JsonNode shapes = new ObjectMapper().readTree(Files.readString(out)).path("shapes");
    assertEquals(0, shapes.size(), "nothing was to begin: " + text);
    assertTrue(text.contains("no time was left"), text);
  }

  @Test
  void a_module_is_compiled_once_for_all_trainers() {
    try (Gpu gpu = Gpu.open(0)) {
      String name = KernelVariant.RESIDENT.module();
      assertSame(gpu.module(name), gpu.module(name));
    }
    assertEquals(0, DriverEmulator.get(Knob.ALIVE));
    Task task = Task.equallyImportant(FeatureDistribution.independent(5, 0.3));
    TrainingPlan plan = TrainingPlan.notebook().withBatch(16).withSteps(2);
    ModelShape shape = new ModelShape(ModelKind.RELU_OUTPUT, 5, 2);
    try (Backend cuda = new CudaBackend(CudaOptions.fromProperties())) {
      long[] alive = new long[2];
      for (int i = 0; i < 2; i++) {
        try (Trainer trainer = cuda.start(new Study(shape, List.of(task), 2, plan))) {
          trainer.advance(2);
        }
        alive[i] = DriverEmulator.get(Knob.ALIVE);
      }
      assertEquals(alive[0], alive[1], "a module is left for each trainer");
    }
  }
}
