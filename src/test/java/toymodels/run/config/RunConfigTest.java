package toymodels.run.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import toymodels.analysis.Evaluation;
import toymodels.data.Coupling;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.train.Adam;
import toymodels.train.GradientEstimator;
import toymodels.train.Initialization;
import toymodels.train.RecordingSchedule;
import toymodels.train.Schedule;
import toymodels.train.Study;
import toymodels.train.TrainingPlan;

class RunConfigTest {
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

  @Test
  void only_the_model_is_needed_and_the_rest_is_the_notebook() {
    RunConfig config = parse(MODEL);
    assertEquals(
        RunConfig.of(
            new Study(
                new ModelShape(ModelKind.RELU_OUTPUT, 5, 2),
                List.of(Task.equallyImportant(FeatureDistribution.independent(5, 1))),
                1,
                TrainingPlan.notebook())),
        config);
  }

  @Test
  void lists_and_grids_are_one_task_each() {
    Study listed =
        parse(MODEL + "[data]\ndensity = [1.0, 0.2]\n[importance]\ngeometric = [0.9, 0.7, 0.5]\n")
            .study();
    assertEquals(6, listed.tasks().size());
    assertEquals(0.2, listed.tasks().get(3).inputs().density(0));
    assertEquals(Importance.geometric(5, 0.7), listed.tasks().get(4).importance());
    Study paired =
        parse(
                MODEL
                    + "[data]\ndensity = { logspace = [1.0, 0.01], count = 3 }\ncombine = \"zip\"\n"
                    + "[importance]\nuniform = { linspace = [1, 3], count = 3 }\n")
            .study();
    assertEquals(3, paired.tasks().size());
    assertEquals(0.1, paired.tasks().get(1).inputs().density(4), 1e-15);
    assertEquals(Importance.uniform(5, 2), paired.tasks().get(1).importance());
    assertEquals(0.01, paired.tasks().get(2).inputs().density(0));
  }

  @Test
  void listed_tasks_take_what_they_lack_from_data() {
    Study study =
        parse(
                MODEL
                    + """
                    [data]
                    density = 0.5
                    coupling = "correlated"
                    sets = [[0, 1], [2, 3]]
                    [[task]]
                    density = [0.1, 0.1, 0.2, 0.2, 1]
                    [[task]]
                    coupling = "independent"
                    signed = true
                    importance = [5, 4, 3, 2, 1]
                    """)
            .study();
    Task first = study.tasks().get(0);
    Task second = study.tasks().get(1);
    assertEquals(Coupling.CORRELATED, first.inputs().coupling());
    assertEquals(0.2, first.inputs().density(2));
    assertEquals(Importance.uniform(5, 1), first.importance());
    assertEquals(Coupling.INDEPENDENT, second.inputs().coupling());
    assertEquals(0.5, second.inputs().density(4));
    assertTrue(second.inputs().signed());
    assertEquals(new Importance(5, 4, 3, 2, 1), second.importance());
  }

  /** What is written is read as the same config, whatever it holds. */
  @Test
  void a_written_config_reads_as_itself() {
    ModelShape shape = new ModelShape(ModelKind.ABSOLUTE_VALUE, 4, 3);
    FeatureDistribution sets =
        FeatureDistribution.coupled(Coupling.ANTICORRELATED, 2, 2, 1 / 3.0).withSigns();
    FeatureDistribution uneven =
        new FeatureDistribution(
            new double[] {1, 0.1, 1e-9, 0.3}, Coupling.INDEPENDENT, List.of(), false);
    TrainingPlan plan =
        TrainingPlan.arena()
            .withSteps(77)
            .withBatch(33)
            .withMicroBatches(3)
            .withWarmup(5)
            .withSchedule(Schedule.COSINE)
            .withSeed(Long.MIN_VALUE)
            .withInitialization(Initialization.fixed(0.26).withBias(-0.125));
    List<List<Task>> lists =
        List.of(
            List.of(new Task(sets, new Importance(1, 0.5, 0, 3e30))),
            List.of(
                new Task(sets, Importance.geometric(4, 0.9)),
                new Task(uneven, Importance.uniform(4, 2))),
            List.of(
                new Task(FeatureDistribution.independent(4, 0.7), Importance.geometric(4, 0.9)),
                new Task(FeatureDistribution.independent(4, 0.1), Importance.geometric(4, 0.8))),
            List.of(
                new Task(FeatureDistribution.independent(4, 0.7), Importance.uniform(4, 0.9)),
                Task.equallyImportant(FeatureDistribution.independent(4, 0.7)),
                new Task(FeatureDistribution.independent(4, 0.1), Importance.uniform(4, 0.9)),
                Task.equallyImportant(FeatureDistribution.independent(4, 0.1))),
            List.of(
                new Task(FeatureDistribution.independent(4, 0.7), new Importance(1, 2, 3, 4)),
                new Task(FeatureDistribution.independent(4, 0.7), new Importance(4, 3, 2, 1)),
                new Task(FeatureDistribution.independent(4, 0.1), new Importance(1, 2, 3, 4))));
    for (List<Task> tasks : lists) {
      for (Adam adam : List.of(plan.adam(), new Adam(0.1, 0, 0.5, 1e-3, 7))) {
        RunConfig config =
            new RunConfig(
                new Study(shape, tasks, 3, plan.withAdam(adam)),
                new CheckpointPolicy(3, 1.5, false),
                new RecordingSchedule(0, 7),
                Evaluation.NONE);
        RunConfig read = RunConfig.parse(config.toToml(), "written", List.of());
        assertEquals(config, read, config.toToml());
        assertEquals(config.sha256(), read.sha256());
        assertEquals(List.of(), config.changedKeys(read));
      }
    }
  }

  @Test
  void a_grid_is_written_as_a_grid() {
    RunConfig config =
        parse(
            MODEL
                + "[data]\ndensity = { logspace = [1.0, 0.01], count = 80 }\n"
                + "[importance]\ngeometric = { logspace = [0.1, 10.0], count = 40 }\n");
    assertEquals(3200, config.study().tasks().size());
    config.requireReadable();
    assertTrue(config.toToml().length() < 4000, config.toToml());
    assertEquals(config, RunConfig.parse(config.toToml(), "written", List.of()));
  }

  /** The hash stands in every file of every run: this text must stay as it is. */
  @Test
  void the_resolved_text_is_part_of_the_format() {
    assertEquals(
        """
        [model]
        kind = "relu-output"
        features = 5
        hidden = 2

        [data]
        density = [1.0, 0.1]
        coupling = "independent"
        signed = false
        combine = "product"

        [importance]
        geometric = 0.9

        [init]
        scheme = "notebook"
        instances_ref = 10

        [train]
        steps = 10000
        batch = 1024
        replicas = 1
        optimizer = "adamw"
        learning_rate = 0.001
        beta1 = 0.9
        beta2 = 0.999
        eps = 1.0e-8
        weight_decay = 0.01
        schedule = "constant"
        warmup = 0
        micro_batches = 1
        estimator = "iid"
        seed = 0

        [checkpoint]
        every = 1000
        seconds = 30.0
        readback = true

        [history]
        keyframes = 100
        losses = 100

        [eval]
        method = "exact"
        """,
        parse(MODEL + "[data]\ndensity = [1, 0.1]\n[importance]\ngeometric = 0.9\n").toToml());
  }

  @Test
  void a_key_is_read_by_its_former_name() {
    RunConfig config = parse(MODEL + "[train]\nmicro_batches = 4\n");
    assertEquals(4, config.study().plan().microBatches());
    assertEquals(config, parse(MODEL + "[train]\ntiles = 4\n"));
    assertEquals(config, parse(MODEL, "train.tiles=4"));
    assertEquals(config, parse(MODEL + "[train]\ntiles = 2\n", "train.micro_batches=4"));
    assertEquals(config, parse(MODEL + "[train]\nmicro_batches = 2\n", "train.tiles=4"));
    String both = MODEL + "[train]\ntiles = 4\nmicro_batches = 4\n";
    ConfigException refused = assertThrows(ConfigException.class, () -> parse(both));
    assertEquals(
        "'tiles' is the former name of 'micro_batches', and both are given",
        refused.problems().get(0).what());
    assertEquals("geometry.toml:6", refused.problems().get(0).where());
  }

  @Test
  void estimators_are_read_and_written() {
    RunConfig sets =
        parse(
            MODEL,
            "train.estimator=iid-sparse",
            "data.coupling=anticorrelated",
            "data.sets=[[0, 1], [2, 4]]",
            "data.signed=true");
    assertEquals(GradientEstimator.IID_SPARSE, sets.study().plan().estimator());
    assertEquals(sets, parse(sets.toToml()));
    RunConfig stratified = parse(MODEL, "train.estimator=stratified");
    assertEquals(0, stratified.study().plan().stratifiedSamples());
    assertFalse(stratified.toToml().contains("stratified_samples"));
    RunConfig few = stratified.with(List.of("train.stratified_samples=64"));
    assertEquals(64, few.study().plan().stratifiedSamples());
    assertEquals(few, parse(few.toToml()));
    assertEquals(List.of("train.stratified_samples"), few.changedKeys(stratified));
  }

  @Test
  void overrides_replace_keys_and_say_where_they_came_from() {
    RunConfig config =
        parse(
            MODEL + "[train]\nsteps = 5\n[importance]\ngeometric = 0.9\n",
            "train.steps=500",
            "model.kind=linear",
            "data.density=[1.0, 0.5]",
            "importance.uniform=2",
            "init.std=0.3");
    assertEquals(500, config.study().plan().steps());
    assertEquals(ModelKind.LINEAR, config.study().shape().kind());
    assertEquals(2, config.study().tasks().size());
    assertEquals(Importance.uniform(5, 2), config.study().tasks().get(0).importance());
    assertEquals(Initialization.fixed(0.3), config.study().plan().initialization());
    RunConfig biased = config.with(List.of("init.bias=0.25"));
    assertEquals(Initialization.fixed(0.3).withBias(0.25), biased.study().plan().initialization());
    assertEquals(config, biased.with(List.of("init.bias=-0.0")));
  }

  @Test
  void every_key_that_names_a_default_has_that_default() {
    RunConfig standard = parse(MODEL);
    for (ConfigKey key : ConfigKey.all()) {
      boolean literal = key.standard().matches("[a-z0-9.e+-]+");
      if (literal && !key.standard().equals("none") && !key.standard().equals("needed")) {
        assertEquals(
            standard,
            parse(MODEL, key.section() + "." + key.name() + "=" + key.standard()),
            key.toString());
      }
    }
  }
}
