package toymodels.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import toymodels.analysis.Evaluation;
import toymodels.backend.cuda.DriverEmulator.Knob;
import toymodels.data.FeatureDistribution;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.run.RunDirectory;
import toymodels.run.RunRequest;
import toymodels.run.RunTraining;
import toymodels.run.config.CheckpointPolicy;
import toymodels.run.config.RunConfig;
import toymodels.train.Backend;
import toymodels.train.GradientEstimator;
import toymodels.train.Progress;
import toymodels.train.RecordingSchedule;
import toymodels.train.StopSignal;
import toymodels.train.Study;
import toymodels.train.TrainingPlan;

/** A GPU that fails in the midst of a run leaves whole files, from which the run goes on. */
@ExtendWith(DriverEmulator.class)
class GpuRunFailureTest {
  private static final String FINAL = "final.safetensors";

  @TempDir Path folder;

  @BeforeEach
  void reset() {
    DriverEmulator.requireEmulator();
  }

  private static RunConfig config() {
    Task task = Task.equallyImportant(FeatureDistribution.independent(3, 0.4));
    TrainingPlan plan = TrainingPlan.notebook().withSteps(12).withBatch(16);
    Study study = new Study(new ModelShape(ModelKind.RELU_OUTPUT, 3, 2), List.of(task), 4, plan);
    return RunConfig.of(study)
        .withCheckpoints(new CheckpointPolicy(4, 1e6, true))
        .withRecording(new RecordingSchedule(3, 3))
        .withEvaluation(new Evaluation(Evaluation.Method.HELD_OUT, 64));
  }

  private static void train(RunDirectory run) {
    try (Backend cuda = new CudaBackend(CudaOptions.fromProperties())) {
      RunTraining.train(run, cuda, 1, Progress.NONE, StopSignal.never());
    }
  }

  private RunDirectory create(Path path) {
    return RunDirectory.create(path, RunRequest.config("a test"), List.of(config()));
  }

  private static List<Path> files(Path run, String ending) throws IOException {
    try (Stream<Path> files = Files.walk(run)) {
      return files.filter(file -> file.toString().endsWith(ending)).toList();
    }
  }

  private static byte[] result(Path run) throws IOException {
    List<Path> found = files(run, FINAL);
    assertEquals(1, found.size(), found::toString);
    return Files.readAllBytes(found.get(0));
  }

  private byte[] whole() throws IOException {
    Path path = folder.resolve("whole");
    try (RunDirectory run = create(path)) {
      train(run);
    }
    return result(path);
  }

  private void assertNothingHalfWritten(Path path, byte[] expected) throws IOException {
    assertEquals(List.of(), files(path, FINAL));
    assertEquals(List.of(), files(path, ".tmp"));
    assertEquals(0, DriverEmulator.get(Knob.ALIVE));
    reset();
    try (RunDirectory run = RunDirectory.resume(path)) {
      assertFalse(run.finished());
      train(run);
    }
    assertArrayEquals(expected, result(path));
  }

  @Test
  void every_allocation_may_fail_and_the_run_goes_on() throws IOException {
    byte[] expected = whole();
    int reported = 0;
    for (int n = 1; ; n++) {
      reset();
      Path path = folder.resolve("run-" + n);
      DriverEmulator.set(Knob.FAIL_ALLOCATION, n);
      DriverEmulator.set(Knob.FAIL_ON, 1);
      try (RunDirectory run = create(path)) {
        train(run);
        break;
      } catch (GpuException e) {
        reported++;
        assertNothingHalfWritten(path, expected);
      }
    }
    assertTrue(reported > 10, "only " + reported + " allocations");
  }

  @Test
  void a_kernel_that_hangs_after_some_steps_loses_only_those_since_the_checkpoint()
      throws IOException {
    byte[] expected = whole();
    Path path = folder.resolve("hung");
    CudaOptions options = CudaOptions.fromProperties().withWatchdog(Duration.ZERO);
    GpuException said = null;
    try (RunDirectory run = create(path);
        Backend cuda = new CudaBackend(options)) {
      RunTraining.train(
          run,
          cuda,
          1,
          (done, all) -> {
            if (done > 16) { // After the first checkpoint, which is of 4 steps of 4 models.
              DriverEmulator.set(Knob.UNREADY_QUERIES, 1_000_000);
            }
          },
          StopSignal.never());
    } catch (GpuException e) {
      said = e;
    }
    assertTrue(said != null && said.getMessage().contains("not done after"), "" + said);
    assertTrue(files(path, ".safetensors").size() > 1, "no checkpoint before it hung");
    assertNothingHalfWritten(path, expected);
  }

  /** A run says who trained it, not who was asked. */
  @Test
  void provenance_names_the_gpu_only_where_it_trained() throws IOException {
    for (GradientEstimator estimator : List.of(GradientEstimator.IID, GradientEstimator.EXACT)) {
      Path path = folder.resolve(estimator.configName());
      Study study = config().study();
      study =
          new Study(
              study.shape(), study.tasks(), 1, study.plan().withEstimator(estimator).withSteps(3));
      long before = DriverEmulator.get(Knob.LAUNCHES);
      RunConfig config =
          RunConfig.of(study).withEvaluation(new Evaluation(Evaluation.Method.HELD_OUT, 64));
      try (RunDirectory run =
          RunDirectory.create(path, RunRequest.config("a test"), List.of(config))) {
        train(run);
      }
      boolean launched = DriverEmulator.get(Knob.LAUNCHES) > before;
      String session =
          new ObjectMapper()
              .readTree(path.resolve("provenance.json").toFile())
              .path("sessions")
              .path(0)
              .toString();
      assertEquals(launched, estimator == GradientEstimator.IID);
      assertEquals(launched, session.contains("\"backend\":\"cuda\""), session);
      assertEquals(launched, session.contains("CUDA emulator"), session);
      assertTrue(session.contains("\"backend_asked\":\"cuda\""), session);
    }
  }
}
