package toymodels.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import toymodels.analysis.Evaluation;
import toymodels.model.ModelKind;
import toymodels.run.config.RunConfig;
import toymodels.run.file.Npz;
import toymodels.run.file.Safetensors;
import toymodels.run.file.StorageException;

class ExportTest {
  @TempDir Path folder;
  private StudyDirectory study;

  @BeforeEach
  void train() {
    train(ModelKind.RELU_OUTPUT);
  }

  private void train(ModelKind kind) {
    Path path = folder.resolve("run-" + kind);
    if (!RunDirectory.isRun(path)) {
      Runs.complete(
          path,
          RunConfig.of(Runs.study(kind, 30))
              .withEvaluation(new Evaluation(Evaluation.Method.HELD_OUT, Export.ROWS)));
    }
    study = RunDirectory.open(path).studies().get(0);
  }

  @Test
  void the_archive_holds_the_models_and_what_they_were_trained_on() {
    Path file = folder.resolve("x.npz");
    SavedModels models = study.finalModels();
    Export.npz(study.study(), models, true, file);
    assertArrayEquals(models.state().weights().encoder(), Npz.read(file, "W").values());
    assertArrayEquals(new long[] {2, 1024, 3}, Npz.read(file, "eval.x").shape());
    assertArrayEquals(
        new float[] {0.5f, 0.5f, 0.5f, 0.1f, 0.1f, 0.1f}, Npz.read(file, "density").values());
    assertArrayEquals(
        Npz.read(file, "eval.loss_1024").values(), Npz.read(file, "eval.loss").values());
    StorageException refused =
        assertThrows(StorageException.class, () -> Export.npz(study.study(), models, true, file));
    assertTrue(refused.getMessage().contains("nothing is ever overwritten"));
  }

  @Test
  void the_text_has_one_row_a_model() throws IOException {
    Path file = folder.resolve("x.csv");
    SavedModels models = study.finalModels();
    Export.csv(study.study(), models, file);
    List<String> lines = Files.readAllLines(file);
    assertEquals(5, lines.size());
    assertEquals(
        "model,task,replica,mean_density,diverged_at,loss,eval_loss,eval_loss_error,fresh_loss,"
            + "fresh_loss_error,exact_loss,represented,dimensions_per_feature,geometry,"
            + "density_0,density_1,density_2,importance_0,importance_1,importance_2,"
            + "dimensionality_0,dimensionality_1,dimensionality_2,b_0,b_1,b_2,"
            + "W_0_0,W_0_1,W_1_0,W_1_1,W_2_0,W_2_1",
        lines.get(0));
    String[] row = lines.get(4).split(",");
    assertEquals(List.of("3", "1", "1", "0.1", "-1"), List.of(row).subList(0, 5));
    assertEquals(models.state().weights().encoder()[18], Float.parseFloat(row[26]));
  }

  @Test
  void the_other_layout_is_the_transpose() {
    Path file = folder.resolve("arena.safetensors");
    SavedModels models = study.finalModels();
    Export.safetensors(models, Export.Layout.ARENA, file);
    try (Safetensors read = Safetensors.open(file)) {
      float[] w = read.floats(read.find("W").orElseThrow());
      float[] ours = models.state().weights().encoder();
      assertArrayEquals(new long[] {4, 2, 3}, read.find("W").orElseThrow().shape());
      assertEquals(ours[6 * 3 + 2 * 2 + 1], w[6 * 3 + 3 + 2], "model 3, feature 2, hidden 1");
    }
  }

  /** NumPy's own reading, and its own forward pass on the exported samples. */
  @ParameterizedTest
  @EnumSource(ModelKind.class)
  void numpy_and_safetensors_read_the_files_and_find_the_same_loss(ModelKind kind)
      throws IOException, InterruptedException {
    Optional<String> python = python();
    if (python.isEmpty() && "required".equals(System.getProperty("python"))) {
      fail("-Dpython=required, but no Python with numpy and safetensors is here");
    }
    assumeTrue(
        python.isPresent(),
        "no Python with numpy and safetensors is here: ./verify makes one in .venv");
    train(kind);
    Path file = folder.resolve("x.npz");
    Export.npz(study.study(), study.finalModels(), true, file);
    Process process =
        new ProcessBuilder(
                python.get(),
                Path.of("src/test/python/check_export.py").toString(),
                study.finalFile().toString(),
                file.toString(),
                kind.configName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    assertTrue(output.contains("agree"), output);
  }

  private static Optional<String> python() throws InterruptedException {
    String named = System.getenv("TOYMODELS_PYTHON");
    for (String python : named == null ? List.of(".venv/bin/python", "python3") : List.of(named)) {
      try {
        Process process =
            new ProcessBuilder(python, "-c", "import numpy, safetensors.numpy")
                .redirectErrorStream(true)
                .start();
        process.getInputStream().readAllBytes();
        if (process.waitFor() == 0) {
          return Optional.of(python);
        }
      } catch (IOException e) {
        continue; // Not installed: the next may be.
      }
    }
    return Optional.empty();
  }
}
