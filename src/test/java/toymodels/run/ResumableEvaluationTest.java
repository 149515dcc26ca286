package toymodels.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toymodels.analysis.Evaluation;
import toymodels.run.config.RunConfig;
import toymodels.train.Progress;
import toymodels.train.StopSignal;
import toymodels.train.Study;

/** Measuring on held-out samples is told, can be stopped, and goes on where it was. */
class ResumableEvaluationTest {
  private static final RunConfig CONFIG = many();

  @TempDir Path folder;

  /** As many models as are never measured at once. */
  private static RunConfig many() {
    RunConfig few = Runs.config(12);
    Study study = few.study();
    int replicas = 4 * Runtime.getRuntime().availableProcessors();
    return few.withStudy(new Study(study.shape(), study.tasks(), replicas, study.plan()));
  }

  /** Asks to stop at the second word on measuring, and keeps what it was told. */
  private static final class Listener implements Progress {
    private final StopSignal stop = new StopSignal();
    private final List<Long> measured = new ArrayList<>();
    private final int stopAt;

    Listener(int stopAt) {
      this.stopAt = stopAt;
    }

    @Override
    public void at(long done, long total) {}

    @Override
    public void working(String doing, long done, long total) {
      if (doing.startsWith("measuring")) {
        measured.add(done);
        if (measured.size() == stopAt) {
          stop.request();
        }
      }
    }
  }

  private Map<String, String> undisturbed() throws IOException {
    Path whole = folder.resolve("whole");
    Runs.complete(whole, CONFIG);
    return Runs.results(whole);
  }

  @Test
  void a_stop_while_measuring_keeps_steps_and_measured_models() throws IOException {
    Map<String, String> expected = undisturbed();
    Path path = folder.resolve("run");
    Listener first = new Listener(2);
    try (RunDirectory run = RunDirectory.create(path, Runs.ORIGIN, List.of(CONFIG))) {
      assertTrue(Runs.train(run, first, first.stop).stopped());
    }
    assertTrue(Files.exists(path.resolve("ckpt").resolve(ResumableEvaluation.NAME)));
    assertFalse(Files.exists(path.resolve("final.safetensors")));
    try (RunDirectory run = RunDirectory.open(path)) {
      assertEquals(List.of(), RunVerification.of(run).problems());
      assertEquals(12, run.studies().get(0).lastStep());
    }
    Listener second = new Listener(0);
    try (RunDirectory run = RunDirectory.resume(path)) {
      assertFalse(Runs.train(run, second, second.stop).stopped());
    }
    assertEquals(first.measured.get(1), second.measured.get(0), "models measured before");
    assertEquals(expected, Runs.results(path));
    assertFalse(Files.exists(path.resolve("ckpt").resolve(ResumableEvaluation.NAME)));
  }

  /** Losses of another version, of other samples or of nothing are measured again. */
  @Test
  void losses_that_cannot_be_relied_on_are_measured_again() throws IOException {
    Map<String, String> expected = undisturbed();
    for (String what : List.of("damaged", "other samples")) {
      Path path = folder.resolve(what);
      Listener first = new Listener(2);
      RunConfig config =
          what.equals("damaged")
              ? CONFIG
              : CONFIG.withEvaluation(new Evaluation(Evaluation.Method.HELD_OUT, 1024));
      try (RunDirectory run = RunDirectory.create(path, Runs.ORIGIN, List.of(config))) {
        assertTrue(Runs.train(run, first, first.stop).stopped());
      }
      Files.delete(path.resolve(Manifest.NAME));
      Path file = path.resolve("ckpt").resolve(ResumableEvaluation.NAME);
      if (what.equals("damaged")) {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);
      } else {
        Path toml = path.resolve("config.resolved.toml");
        Files.writeString(toml, CONFIG.toToml());
      }
      Listener second = new Listener(0);
      try (RunDirectory run = RunDirectory.resume(path)) {
        assertFalse(Runs.train(run, second, second.stop).stopped());
      }
      assertEquals(0, second.measured.get(0), what);
      assertEquals(expected, Runs.results(path), what);
    }
  }

  /** A forecast of work that takes seconds; none of work that takes none. */
  @Test
  void what_takes_long_is_forecast() {
    assertEquals(Duration.ZERO, ResumableEvaluation.expected(CONFIG));
    assertEquals(
        Duration.ZERO, ResumableEvaluation.expected(CONFIG.withEvaluation(Evaluation.NONE)));
    Study study = CONFIG.study();
    RunConfig large =
        CONFIG
            .withStudy(new Study(study.shape(), study.tasks(), 100_000, study.plan()))
            .withEvaluation(new Evaluation(Evaluation.Method.HELD_OUT, 1 << 17));
    assertTrue(
        ResumableEvaluation.expected(large).toSeconds() > 10,
        ResumableEvaluation.expected(large)::toString);
  }
}
