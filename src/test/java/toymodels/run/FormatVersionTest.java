package toymodels.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toymodels.model.ModelKind;
import toymodels.run.file.DamagedFileException;
import toymodels.run.file.Disk;
import toymodels.run.file.SafetensorsWriter;

/** Files of every version that was ever released open for ever; newer ones are refused kindly. */
class FormatVersionTest {
  private static final Path VERSION_1 = Path.of("src/test/resources/run/version-1");

  @TempDir Path folder;

  @Test
  void a_run_of_version_1_opens_and_is_what_training_gives_today() throws IOException {
    Path today = folder.resolve("today");
    Runs.complete(today, Runs.config(12));
    try (RunDirectory run = RunDirectory.open(VERSION_1)) {
      assertEquals(Runs.config(12), run.studies().get(0).config());
      assertEquals(List.of(), RunVerification.of(run).problems());
      Trained trained = run.trained().get(0);
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
