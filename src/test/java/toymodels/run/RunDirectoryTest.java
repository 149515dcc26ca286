package toymodels.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toymodels.backend.Backends;
import toymodels.backend.reference.ReferenceBackend;
import toymodels.model.ModelKind;
import toymodels.run.config.ConfigException;
import toymodels.run.config.RunConfig;
import toymodels.run.file.StorageException;
import toymodels.train.Backend;
import toymodels.train.Checkpoint;
import toymodels.train.InMemoryTraining;
import toymodels.train.Progress;
import toymodels.train.StopSignal;
import toymodels.train.TrainedStudy;

class RunDirectoryTest {
  @TempDir Path folder;

  @Test
  void a_run_leaves_what_training_in_memory_gives() {
    RunConfig config = Runs.config(43);
    Path path = folder.resolve("run");
    Runs.complete(path, config);
    TrainedStudy memory =
        InMemoryTraining.train(
            Backends.open("cpu", 1), config.study(), config.recording(), Progress.NONE);
    try (RunDirectory run = RunDirectory.open(path)) {
      assertTrue(run.finished());
      assertEquals(Runs.ORIGIN, run.origin());
      assertEquals(config, run.studies().get(0).config());
      TrainedStudy disk = run.trained().get(0);
      assertTrue(memory.models().sameBits(disk.models()));
      assertTrue(memory.last().secondMoments().sameBits(disk.last().secondMoments()));
      assertArrayEquals(memory.losses().steps(), disk.losses().steps());
      assertArrayEquals(memory.losses().losses()[3], disk.losses().losses()[3]);
      assertArrayEquals(memory.history().steps(), disk.history().steps());
      for (int f = 0; f < disk.history().steps().length; f++) {
        assertTrue(memory.history().keyframes().get(f).sameBits(disk.history().keyframes().get(f)));
      }
    }
  }

  @Test
  void only_the_newest_two_checkpoints_stay_and_nothing_is_left_over() throws IOException {
    Path path = folder.resolve("run");
    Runs.complete(path, Runs.config(43));
    TreeSet<String> names = new TreeSet<>();
    try (var files = Files.walk(path)) {
      files
          .filter(Files::isRegularFile)
          .map(f -> path.relativize(f).toString())
          .forEach(names::add);
    }
    assertEquals(
        new TreeSet<>(
            List.of(
                ".lock",
                "ckpt/step-000000030.safetensors",
                "ckpt/step-000000040.safetensors",
                "config.resolved.toml",
                "final.safetensors",
                "history.safetensors",
                "manifest.json",
                "metrics.jsonl",
                "provenance.json",
                "run.log")),
        names);
  }

  /** Bits promised by a file's arithmetic are not mixed with any others. */
  @Test
  void a_run_goes_on_by_the_arithmetic_it_was_begun_with() {
    Path path = folder.resolve("begun");
    StopSignal stop = new StopSignal();
    try (RunDirectory run = RunDirectory.create(path, Runs.ORIGIN, List.of(Runs.config(23)))) {
      assertTrue(Runs.train(run, (done, total) -> stop.request(), stop).stopped());
    }
    try (RunDirectory run = RunDirectory.resume(path);
        Backend reference = new ReferenceBackend()) {
      ConfigException e =
          assertThrows(
              ConfigException.class,
              () -> RunTraining.train(run, reference, 1, Progress.NONE, StopSignal.never()));
      assertTrue(
          e.getMessage().contains("begun with arithmetic '1' and would go on with 'reference'"),
          e.getMessage());
      assertTrue(e.getMessage().contains("resume it with --strict"), e.getMessage());
      assertFalse(Runs.train(run).stopped());
    }
  }

  @Test
  void stopping_and_resuming_at_any_step_changes_no_byte() throws IOException {
    RunConfig[] configs = {Runs.config(23), RunConfig.of(Runs.study(ModelKind.ABSOLUTE_VALUE, 12))};
    Path whole = folder.resolve("whole");
    Runs.complete(whole, configs);
    for (int steps = 1; steps < 35; steps += 4) {
      Path path = folder.resolve("stopped-at-" + steps);
      StopSignal stop = new StopSignal();
      long models = 4L * steps;
      try (RunDirectory run = RunDirectory.create(path, Runs.ORIGIN, List.of(configs))) {
        RunOutcome outcome =
            Runs.train(
                run,
                (done, total) -> {
                  if (done >= models) {
                    stop.request();
                  }
                },
                stop);
        assertTrue(outcome.stopped());
        assertFalse(run.finished());
      }
      try (RunDirectory run = RunDirectory.resume(path)) {
        assertFalse(Runs.train(run).stopped());
      }
      assertEquals(Runs.results(whole), Runs.results(path), "stopped after " + steps);
    }
  }

  @Test
  void a_longer_run_goes_on_from_the_end_of_a_shorter() throws IOException {
    Path longer = folder.resolve("longer");
    Runs.complete(longer, Runs.config(60));
    Path extended = folder.resolve("extended");
    Runs.complete(extended, Runs.config(20));
    try (RunDirectory run = RunDirectory.resume(extended, c -> c.with(List.of("train.steps=60")))) {
      assertFalse(run.finished());
      Runs.train(run);
    }
    try (RunDirectory a = RunDirectory.open(longer);
        RunDirectory b = RunDirectory.open(extended)) {
      assertTrue(
          a.trained().get(0).models().sameBits(b.trained().get(0).models()),
          "20 steps and 40 more are 60 steps");
    }
    assertEquals(
        Runs.results(longer).get("final.safetensors"),
        Runs.results(extended).get("final.safetensors"));
  }

  @Test
  void resuming_with_another_config_names_every_changed_key() {
    Path path = folder.resolve("run");
    Runs.complete(path, Runs.config(20));
    ConfigException refused =
        assertThrows(
            ConfigException.class,
            () ->
                RunDirectory.resume(
                    path,
                    c -> c.with(List.of("train.batch=32", "train.seed=8", "checkpoint.every=5"))));
    assertEquals(2, refused.problems().size(), refused.getMessage());
    assertTrue(refused.getMessage().contains("train.batch"), refused.getMessage());
    assertTrue(refused.getMessage().contains("train.seed"), refused.getMessage());
    ConfigException shorter =
        assertThrows(
            ConfigException.class,
            () -> RunDirectory.resume(path, c -> c.with(List.of("train.steps=5"))));
    assertTrue(shorter.getMessage().contains("the run is at step 20"), shorter.getMessage());
  }

  @Test
  void an_existing_output_is_refused_and_left_alone() throws IOException {
    Path path = Files.createDirectory(folder.resolve("mine"));
    Files.writeString(path.resolve("thesis.txt"), "precious");
    StorageException refused =
        assertThrows(
            StorageException.class,
            () -> RunDirectory.create(path, Runs.ORIGIN, List.of(Runs.config(5))));
    assertTrue(refused.getMessage().contains("never overwrites"), refused.getMessage());
    try (var files = Files.list(path)) {
      assertEquals(List.of(path.resolve("thesis.txt")), files.toList());
    }
  }

  @Test
  void a_damaged_checkpoint_is_set_aside_and_the_one_before_taken() throws IOException {
    Path whole = folder.resolve("whole");
    Runs.complete(whole, Runs.config(43));
    Path path = folder.resolve("run");
    Runs.complete(path, Runs.config(43));
    Files.delete(path.resolve("final.safetensors"));
    Path newest = path.resolve("ckpt/step-000000040.safetensors");
    byte[] bytes = Files.readAllBytes(newest);
    bytes[bytes.length - 1] ^= 1;
    Files.write(newest, bytes);
    try (RunDirectory run = RunDirectory.resume(path)) {
      Runs.train(run);
    }
    assertEquals(Runs.results(whole), Runs.results(path));
    assertArrayEquals(bytes, Files.readAllBytes(path.resolve(newest + ".bad")));
    assertTrue(Files.readString(path.resolve("run.log")).contains("is damaged"));
  }

  @Test
  void a_diverged_model_is_counted_and_changes_no_other() {
    RunConfig calm = Runs.config(200);
    RunConfig wild = calm.with(List.of("train.learning_rate=1e6", "init.std=1e6"));
    Path alone = folder.resolve("alone");
    Runs.complete(alone, calm);
    Path path = folder.resolve("run");
    try (RunDirectory run = RunDirectory.create(path, Runs.ORIGIN, List.of(calm, wild));
        RunDirectory undisturbed = RunDirectory.open(alone)) {
      RunOutcome outcome = Runs.train(run);
      assertEquals(8, outcome.models());
      assertFalse(outcome.allDiverged());
      int counted = 0;
      for (int step : run.studies().get(1).finalModels().state().divergedAt()) {
        counted += step == Checkpoint.NOT_DIVERGED ? 0 : 1;
      }
      assertTrue(counted > 0, "weights of 1e6 at a rate of 1e6 leave the finite numbers");
      assertEquals(counted, outcome.diverged());
      assertTrue(run.trained().get(0).models().sameBits(undisturbed.trained().get(0).models()));
    }
  }

  @Test
  void there_is_no_run_where_nothing_was_trained() throws IOException {
    Path path = Files.createDirectory(folder.resolve("empty"));
    assertThrows(StorageException.class, () -> RunDirectory.open(path));
    assertThrows(StorageException.class, () -> RunDirectory.resume(path));
    try (var files = Files.list(path)) {
      assertEquals(0, files.count(), "looking at a directory writes nothing into it");
    }
  }
}
