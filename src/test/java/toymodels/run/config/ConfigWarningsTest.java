package toymodels.run.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What trains nonsense is said, once and in one line; what trains well is not. */
class ConfigWarningsTest {
  private static final String MODEL = "[model]\nkind = \"relu-output\"\nfeatures = 4\nhidden = 2\n";

  private static List<String> warnings(String... overrides) {
    return ConfigWarnings.of(RunConfig.parse(MODEL, "test", List.of(overrides)));
  }

  @Test
  void usual_configs_are_trained_without_a_word() {
    assertEquals(List.of(), warnings());
    assertEquals(List.of(), warnings("data.density={ logspace = [1.0, 0.01], count = 10 }"));
    assertEquals(List.of(), warnings("train.preset=arena", "train.schedule=cosine"));
    assertEquals(List.of(), warnings("model.kind=absolute-value", "data.signed=true"));
    assertEquals(List.of(), warnings("data.coupling=correlated", "data.sets=[[0, 1], [2, 3]]"));
    assertEquals(
        List.of(), warnings("data.density=1e-7", "train.estimator=exact", "eval.samples=0"));
    assertEquals(List.of(), warnings("train.warmup=100", "init.bias=0.25"));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          model.kind | model.kind=absolute-value | identity
          data.signed | data.signed=true | no negative number
          data.density | data.density=1e-8 | exact and stratified learn there
          data.density | data.density=0 | ever active
          data.density | data.density=[0.1, 0.2, 0.1] | train.replicas
          data.density | data.coupling=anticorrelated data.sets=[[0,1,2]] data.density=0.3 | probability 0.1
          data.sets | data.coupling=correlated data.sets=[[0,1],[2]] | coupled with none
          importance | importance.uniform=0 | weighs no feature
          importance | importance.uniform=1e-60 | weighs no feature
          init.bias | init.bias=-2 | no gradient
          train.learning_rate | train.learning_rate=1e-12 | stay as they begin
          train.weight_decay | train.weight_decay=1e4 | no weight can last
          train.warmup | train.warmup=10000 | never begins
          train.eps | train.eps=0.1 | far below
          train.tiles | train.estimator=exact train.tiles=4 | no effect
          eval.samples | eval.samples=4 data.density=0.1 | shows nothing
          """)
  void nonsense_is_said_in_one_line(String key, String overrides, String said) {
    List<String> warnings = warnings(overrides.split(" (?=[a-z]+\\.)"));
    assertEquals(
        1, warnings.stream().filter(w -> w.startsWith(key + ": ")).count(), () -> "" + warnings);
    assertTrue(warnings.stream().anyMatch(w -> w.contains(said)), warnings.toString());
    assertFalse(warnings.stream().anyMatch(w -> w.contains("\n")), warnings.toString());
  }

  @Test
  void many_tasks_are_said_once() {
    List<String> warnings =
        warnings("data.density={ logspace = [1e-9, 1e-8], count = 50 }", "eval.samples=64");
    assertEquals(2, warnings.size());
  }
}
