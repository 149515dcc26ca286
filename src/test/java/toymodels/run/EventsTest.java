package toymodels.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toymodels.backend.Backends;
import toymodels.run.file.DamagedFileException;
import toymodels.train.Backend;
import toymodels.train.Checkpoint;
import toymodels.train.StopSignal;
import toymodels.train.TrainingEvent;
import toymodels.train.TrainingEvent.Change;

/** A viewer's changes belong to a run: it repeats them wherever it is stopped. */
class EventsTest {
  private static final List<TrainingEvent> EVENTS =
      List.of(
          new TrainingEvent(0, Change.DENSITY, 0.5),
          new TrainingEvent(13, Change.LEARNING_RATE, 2),
          new TrainingEvent(20, Change.PERTURB, 0.1),
          new TrainingEvent(20, Change.IMPORTANCE_DECAY, 0.7));

  @TempDir Path folder;

  private RunDirectory run(String name) {
    RunDirectory run =
        RunDirectory.create(folder.resolve(name), Runs.ORIGIN, List.of(Runs.config(37)));
    run.studies().get(0).keepEvents(EVENTS);
    return run;
  }

  @Test
  void a_run_repeats_its_changes_to_the_bit_of_a_replay() {
    Checkpoint replayed;
    try (Backend backend = Backends.open("cpu", 1)) {
      replayed = TrainingEvent.replay(backend, Runs.config(37).study(), EVENTS);
    }
    try (RunDirectory run = run("whole")) {
      Runs.train(run);
      Checkpoint trained = run.studies().get(0).finalModels().state();
      assertTrue(replayed.weights().sameBits(trained.weights()), "weights differ");
      assertTrue(replayed.secondMoments().sameBits(trained.secondMoments()), "moments differ");
    }
    Runs.complete(folder.resolve("unchanged"), Runs.config(37));
    try (RunDirectory plain = RunDirectory.open(folder.resolve("unchanged"))) {
      Checkpoint other = plain.studies().get(0).finalModels().state();
      assertFalse(replayed.weights().sameBits(other.weights()), "the changes change nothing");
    }
  }

  @Test
  void a_run_stopped_anywhere_repeats_them_once() throws Exception {
    try (RunDirectory run = run("whole")) {
      Runs.train(run);
    }
    for (int step : new int[] {1, 12, 13, 19, 20, 21, 30}) {
      String name = "stopped-" + step;
      StopSignal stop = new StopSignal();
      try (RunDirectory run = run(name)) {
        int models = run.studies().get(0).study().models();
        Runs.train(
            run,
            (done, all) -> {
              if (done >= (long) step * models) {
                stop.request();
              }
            },
            stop);
      }
      try (RunDirectory run = RunDirectory.resume(folder.resolve(name))) {
        Runs.train(run);
      }
      assertEquals(
          Runs.results(folder.resolve("whole")),
          Runs.results(folder.resolve(name)),
          "stopped at step " + step);
    }
  }

  @Test
  void what_is_no_list_of_changes_is_refused() throws Exception {
    try (RunDirectory run = run("broken")) {
      Path file = run.path().resolve(StudyDirectory.EVENTS);
      for (String text :
          List.of(
              "{}\n",
              "{\"step\":5,\"change\":\"DENSITY\",\"value\":-1}\n",
              "{\"step\":5,\"change\":\"NOTHING\",\"value\":1}\n",
              "{\"step\":9,\"change\":\"PERTURB\",\"value\":1}\n"
                  + "{\"step\":5,\"change\":\"PERTURB\",\"value\":1}\n",
              "{\"step\":9999999999,\"change\":\"PERTURB\",\"value\":1}\n")) {
        Files.writeString(file, text);
        assertThrows(DamagedFileException.class, () -> Runs.train(run), text);
        assertFalse(RunVerification.of(run).problems().isEmpty(), text);
      }
    }
  }
}
