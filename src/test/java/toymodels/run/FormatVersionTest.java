package toymodels.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toymodels.analysis.Evaluation;
import toymodels.model.ModelKind;
import toymodels.run.config.RunConfig;
import toymodels.run.file.DamagedFileException;
import toymodels.run.file.Disk;
import toymodels.run.file.SafetensorsWriter;
import toymodels.train.TrainedStudy;

/** Files of every version that was ever released open for ever; newer ones are refused kindly. */
class FormatVersionTest {
  private static final Path VERSION_1 = Path.of("src/test/resources/run/version-1");

  private static final Path HALF = Path.of("src/test/resources/run/half-of-version-1");

  @TempDir Path folder;

  @Test
  void a_run_of_version_1_opens_and_is_what_training_gives_today() throws IOException {
    Path today = folder.resolve("today");
    // Version 0.1 measured each model on samples of its own.
    RunConfig config =
        Runs.config(12).withEvaluation(new Evaluation(Evaluation.Method.OWN_SAMPLES, 2048));
    Runs.complete(today, config);
    try (RunDirectory run = RunDirectory.open(VERSION_1)) {
      assertEquals(config, run.studies().get(0).config());
      assertEquals(List.of(), RunVerification.of(run).problems());
      TrainedStudy trained = run.trained().get(0);
      assertEquals(ModelKind.RELU_OUTPUT, trained.models().shape().kind());
      assertEquals(7, trained.losses().steps().length);
    }
    for (String name : List.of("final.safetensors", "history.safetensors", "metrics.jsonl")) {
      assertArrayEquals(
          Files.readAllBytes(VERSION_1.resolve(name)),
          Files.readAllBytes(today.resolve(name)),
          name + " of the same seed is another than it was");
    }
  }

  /**
   * A run that was killed between two checkpoints before runs had manifests; Git keeps no empty
   * folder, so that two of its own lack too.
   */
  @Test
  void a_half_finished_run_of_version_1_ends_as_it_would_have_then() throws IOException {
    Path half = copy(HALF, folder.resolve("half"));
    try (RunDirectory run = RunDirectory.resume(half)) {
      assertEquals(20, run.studies().get(0).lastStep());
      assertFalse(Runs.train(run).stopped());
    }
    List<String> expected = Files.readAllLines(Path.of(HALF + ".sha256"));
    assertEquals(8, expected.size());
    for (String line : expected) {
      String[] parts = line.split(" +");
      String bytes =
          new String(Files.readAllBytes(half.resolve(parts[1])), StandardCharsets.ISO_8859_1);
      assertEquals(parts[0], sha256(bytes), parts[1]);
    }
  }

  private static String sha256(String bytes) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(bytes.getBytes(StandardCharsets.ISO_8859_1)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
    return to;
  }

  @Test
  void a_newer_version_is_named() {
    SavedModels models = SavedModels.read(VERSION_1.resolve("final.safetensors"));
    Map<String, String> metadata = new LinkedHashMap<>(models.metadata());
    metadata.put("format", "toymodels-2");
    Path newer = folder.resolve("newer.safetensors");
    SafetensorsWriter.write(
        Disk.LOCAL, newer, true, metadata, SavedModels.weights("", models.state().weights()));
    DamagedFileException refused =
        assertThrows(DamagedFileException.class, () -> SavedModels.read(newer));
    assertTrue(refused.getMessage().contains("its format is toymodels-2"), refused.getMessage());
    assertTrue(refused.getMessage().contains("or a newer one"), refused.getMessage());
  }
}
