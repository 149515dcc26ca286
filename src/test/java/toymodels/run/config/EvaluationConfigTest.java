package toymodels.run.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toymodels.analysis.Evaluation;
import toymodels.analysis.HeldOutLoss;

/** What the section [eval] says, and what holds without it. */
class EvaluationConfigTest {
  private static final String MODEL = "[model]\nkind = \"relu-output\"\nfeatures = 5\nhidden = 2\n";

  private static RunConfig parse(String text, String... overrides) {
    return RunConfig.parse(text, "test.toml", List.of(overrides));
  }

  @Test
  void losses_are_exact_where_that_is_cheap_and_else_on_samples_by_the_number_of_models() {
    assertEquals(new Evaluation(Evaluation.Method.EXACT, 0), parse(MODEL).evaluation());
    RunConfig large = parse(MODEL, "model.features=20");
    assertEquals(
        new Evaluation(Evaluation.Method.HELD_OUT, HeldOutLoss.SAMPLES), large.evaluation());
    RunConfig many = parse(MODEL, "model.features=20", "train.replicas=100000");
    assertEquals(new Evaluation(Evaluation.Method.HELD_OUT, 1 << 12), many.evaluation());
    assertEquals(Evaluation.NONE, parse(MODEL, "eval.samples=0").evaluation());
    RunConfig asked = parse(MODEL, "eval.samples=500");
    assertEquals(new Evaluation(Evaluation.Method.HELD_OUT, 500), asked.evaluation());
    for (RunConfig config : List.of(large, many, asked)) {
      assertEquals(config, parse(config.toToml()));
    }
    assertThrows(ConfigException.class, () -> parse(MODEL, "eval.method=exact", "eval.samples=5"));
    assertThrows(
        ConfigException.class, () -> parse(MODEL, "eval.method=exact", "model.features=40"));
  }

  @Test
  void a_run_of_version_0_1_keeps_its_samples(@TempDir Path folder) throws IOException {
    String now = parse(MODEL, "eval.samples=500").toToml();
    Path file = Files.writeString(folder.resolve("now.toml"), now);
    assertEquals(Evaluation.Method.HELD_OUT, RunConfig.ofRun(file).evaluation().method());
    Path old = folder.resolve("old.toml");
    Files.writeString(old, now.replace("method = \"held-out\"\n", ""));
    assertEquals(
        new Evaluation(Evaluation.Method.OWN_SAMPLES, 500), RunConfig.ofRun(old).evaluation());
  }
}
