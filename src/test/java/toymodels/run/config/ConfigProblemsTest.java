package toymodels.run.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import toymodels.run.file.Problem;

/** What is wrong with a config is reported with its place and a way out. */
class ConfigProblemsTest {
  private static final String MODEL =
      """
      [model]
      kind = "relu-output"
      features = 5
      hidden = 2
      """;

  private static RunConfig parse(String text, String... overrides) {
    return RunConfig.parse(text, "geometry.toml", List.of(overrides));
  }

  private static List<Problem> problems(String text, String... overrides) {
    return assertThrows(ConfigException.class, () -> parse(text, overrides), text).problems();
  }

  @Test
  void everything_wrong_is_told_at_once_with_line_and_suggestion() {
    List<Problem> problems =
        problems(
            """
            [model]
            kind = "relu-outptu"
            features = 5
            hiden = 2
            [data]
            density = [1.0, 1.5]
            [trian]
            steps = 5
            [train]
            batch = 0
            seed = "x"
            """);
    String all = problems.toString();
    assertEquals(7, problems.size(), all);
    Problem hidden =
        problems.stream().filter(p -> p.what().contains("hiden")).findFirst().orElseThrow();
    assertEquals("unknown key 'hiden'", hidden.what());
    assertEquals("geometry.toml:4  [model] hiden = 2", hidden.where());
    assertEquals("did you mean 'hidden'?   (toymodels config keys model)", hidden.fix());
    assertTrue(all.contains("did you mean 'relu-output'?"), all);
    assertTrue(all.contains("did you mean 'train'?"), all);
    assertTrue(all.contains("geometry.toml:6  [data] density"), all);
    assertTrue(all.contains("allowed: 1 to 16777216"), all);
  }

  @Test
  void what_cannot_be_is_refused_with_its_place() {
    for (String bad :
        List.of(
            "[train]\nwarmup = 20\nsteps = 10",
            "[train]\ntiles = 2000",
            "[train]\nmicro_batches = 2000",
            "[train]\noptimizer = \"adam\"\nweight_decay = 0.1",
            "[train]\nsteps = 1.5",
            "[train]\nsteps = 99999999999999999999",
            "[train]\nlearning_rate = nan",
            "[train]\nlearning_rate = 1e400",
            "[train]\nbeta1 = 1.0",
            "[train]\nreplicas = 2147483647\n[data]\ndensity = [0.1, 0.2]",
            "[data]\ndensity = []",
            "[data]\ndensity = 1e-10",
            "[data]\ndensity = { logspace = [1, 0], count = 3 }",
            "[data]\ndensity = { logspace = [1, 0.1], count = 1 }",
            "[data]\ndensity = { logspace = [1, 0.1] }",
            "[data]\ndensity = { linspace = [0.1, 1], count = 1000000 }\n"
                + "[importance]\nuniform = { linspace = [0, 1], count = 1000000 }",
            "[data]\ndensity = [0.1, 0.2]\ncombine = \"zip\"\n[importance]\nuniform = [1, 2, 3]",
            "[data]\nsets = [[0, 1]]",
            "[data]\ncoupling = \"correlated\"",
            "[data]\ncoupling = \"correlated\"\nsets = [[0, 5]]",
            "[data]\ncoupling = \"correlated\"\nsets = [[0, 0]]",
            "[data]\ncoupling = \"correlated\"\nsets = [[0.5]]",
            "[data]\ncoupling = \"correlated\"\nsets = []",
            "[importance]\nuniform = 1\ngeometric = 0.9",
            "[importance]\nvalues = [1, 2]",
            "[importance]\nvalues = [[1, 2, 3, 4, 5], [1]]",
            "[importance]\nvalues = [1, 2, 3, 4, -5]",
            "[importance]\ngeometric = 1e6\nuniform = inf",
            "[init]\nstd = 0",
            "[init]\nscheme = \"arena\"\nstd = 1.0",
            "[init]\nscheme = \"fixed\"",
            "[history]\nkeyframes = 1",
            "[[task]]\ndensity = [0.1, 0.2]",
            "[data]\ndensity = [0.1, 0.2]\n[[task]]\nsigned = true",
            "[task]\ndensity = 0.1",
            "task = 5",
            "model2 = 5",
            "[eval]\nsamples = -1",
            "[train]\nestimator = \"iid-sparce\"",
            "[train]\nstratified_samples = 64",
            "[train]\nestimator = \"iid-sparse\"\nstratified_samples = 64",
            "[train]\nestimator = \"stratified\"\nstratified_samples = 0",
            "[train]\nestimator = \"stratified\"\n[data]\nsigned = true",
            "[train]\nestimator = \"stratified\"\n"
                + "[data]\ncoupling = \"correlated\"\nsets = [[0, 1]]",
            "[train]\nseed = 1979-05-27",
            "[train\nseed = 1",
            "[train]\nseed = 1\nseed = 2",
            "a = " + "[".repeat(3000),
            "a" + ".a".repeat(3000) + " = 1",
            "[train]\nsteps = " + "9".repeat(100_000),
            "\u0000")) {
      List<Problem> problems = problems(MODEL + bad);
      assertFalse(problems.isEmpty());
      for (Problem problem : problems) {
        assertTrue(problem.where().startsWith("geometry.toml"), problem.toString());
        assertTrue(problem.toString().lines().count() == 3, problem.toString());
        assertFalse(problem.fix().isBlank());
      }
    }
    assertEquals(3, problems("").size(), "kind, features and hidden are missing");
    problems("# " + "x".repeat(ConfigTree.MAX_CHARACTERS));
    problems("a = [" + "1,".repeat(ConfigTree.MAX_TOKENS) + "1]");
    problems("a = '''\n" + "x\n".repeat(ConfigTree.MAX_TOKENS) + "'''");
  }

  @Test
  void an_estimator_that_does_not_serve_the_model_is_refused_at_its_key() {
    for (String kind : List.of("relu-hidden", "absolute-value")) {
      Problem problem = problems(MODEL, "model.kind=" + kind, "train.estimator=stratified").get(0);
      assertEquals(
          "estimator 'stratified' serves linear and relu-output models, not " + kind,
          problem.what());
      assertEquals("--set train.estimator=stratified", problem.where().split("  ")[0]);
      assertEquals("use estimator = \"iid\", or change it", problem.fix());
    }
    String large = problems(MODEL, "model.features=5000", "train.estimator=iid-sparse").toString();
    assertTrue(large.contains("allowed are 4096 features, given are 5000"), large);
    parse(MODEL, "model.features=5000", "model.kind=relu-hidden", "train.estimator=iid-sparse");
  }

  @Test
  void a_bad_override_is_told_with_itself_as_its_place() {
    for (String bad :
        List.of(
            "steps=5",
            "train.stepz=5",
            "train.steps",
            "train.steps=",
            "train.=5",
            "train.steps=5\nbatch = 1",
            "train.steps=\"5\"",
            "task.density=1",
            "train.steps=[")) {
      Problem problem = problems(MODEL, bad).get(0);
      assertTrue(problem.where().startsWith("--set "), problem.toString());
    }
  }

  @Test
  void a_broken_escape_is_a_problem_of_the_config() {
    ConfigException problem =
        assertThrows(
            ConfigException.class, () -> ConfigTree.parse("kind = \"pro\\uct\"\n", "a.toml"));
    assertEquals(3, problem.problems().get(0).toString().lines().count());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          train.lr=0.1 | learning_rate
          data.sparsity=0.9 | density = 1 - sparsity
          model.n_hidden=3 | write hidden under [model]
          model.n_features=3 | write features under [model]
          train.batch_size=3 | write batch under [train]
          data.density=[[0.1, 0.2]] | [[task]]
          train.schedule=linear decay | in quotes that the shell leaves
          init.instances_ref=3 init.scheme=per-model | remove instances_ref
          train.learning_rate=1e-300 | allowed: 2^-126 to 1000000
          train.weight_decay=1e-300 | at least 2^-126 if not 0
          """)
  void words_of_other_programs_are_answered_with_the_key(String overrides, String fix) {
    List<Problem> problems = problems(MODEL, overrides.split(" (?=init)"));
    assertEquals(1, problems.size(), problems.toString());
    assertTrue(problems.get(0).fix().contains(fix), problems.toString());
  }

  @Test
  void keys_outside_of_a_section_are_sent_into_theirs() {
    List<Problem> problems = problems("steps = 3\nlr = 1\nstpes = 4\nsignde = 1\n" + MODEL);
    assertEquals(4, problems.size(), problems.toString());
    assertEquals("write it under [train], after that line", problems.get(0).fix());
    assertEquals("write learning_rate under [train]", problems.get(1).fix());
    assertTrue(problems.get(2).fix().contains("did you mean 'steps'?"), problems.toString());
    assertTrue(problems.stream().allMatch(p -> p.what().endsWith("outside of a section")));
  }

  @Test
  void a_mark_of_byte_order_is_no_part_of_a_config() {
    assertEquals(parse(MODEL), parse("\ufeff" + MODEL));
  }
}
