package toymodels.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import toymodels.backend.cpu.JitCanary;
import toymodels.run.RunDirectory;
import toymodels.run.RunOutcome;
import toymodels.run.RunTraining;
import toymodels.train.Backend;
import toymodels.train.Progress;
import toymodels.train.Study;

/** Trains what a run asks for while somebody watches and may interrupt. */
final class Session implements AutoCloseable {
  /** While training goes on, its kernels are compiled already. */
  private static final Duration COMPILATION = Duration.ofSeconds(3);

  private final Terminal terminal;
  private final TrainingOptions options;
  private final Interruption interruption;
  private final Backend backendName;

  /**
   * Opens a backend that can train all studies.
   *
   * @throws CommandError if the one asked for cannot
   */
  Session(Terminal terminal, TrainingOptions options, List<Study> studies) {
    this.terminal = terminal;
    this.options = options;
    this.backendName = options.open(terminal, studies);
    this.interruption = new Interruption(terminal);
  }

  /**
   * Trains the run to its end, or until it is interrupted; then everything is saved.
   *
   * @param label what progress calls it
   */
  RunOutcome train(RunDirectory run, String label) {
    return train(run, label, backendName);
  }

  /** The backend, for who wants to watch it. */
  Backend backend() {
    return backendName;
  }

  /**
   * As {@link #train(RunDirectory, String)}.
   *
   * @param backend trains the same bits as this session's
   */
  RunOutcome train(RunDirectory run, String label, Backend backend) {
    long started = System.nanoTime();
    RunOutcome outcome;
    try (ProgressLine progress =
        new ProgressLine(terminal, label, options.quiet(), System::nanoTime)) {
      outcome =
          RunTraining.train(
              run, backend, options.threads(), warning(progress, backend), interruption.stop());
    } catch (IllegalArgumentException e) {
      throw new CommandError(
          ErrorKind.CONFIG,
          "%s cannot train this: %s".formatted(backend.name(), e.getMessage()),
          run.path().toString(),
          "change the config or the --backend");
    }
    String time = Units.time((System.nanoTime() - started) * 1e-9);
    if (!options.quiet()) {
      terminal
          .err()
          .printf(
              "%s: %s %d models in %s on %s%n",
              label,
              outcome.stopped() ? "stopped and saved" : "trained",
              outcome.models(),
              time,
              backend.description());
    }
    if (outcome.diverged() > 0 && !outcome.allDiverged()) {
      terminal
          .err()
          .printf(
              "warning: %d of %d models diverged and were frozen; the others are not affected%n",
              outcome.diverged(), outcome.models());
    }
    return outcome;
  }

  /** Where the CPU trains, tells once if it trains far slower than it should. */
  private Progress warning(Progress progress, Backend backend) {
    if (!backend.name().equals("cpu")) {
      return progress;
    }
    return new SlownessWarning(
        progress,
        new SlownessWarning.Canary() {
          @Override
          public Optional<String> kernels() {
            return JitCanary.listen(COMPILATION);
          }

          @Override
          public void watchSteps() {
            JitCanary.watchSteps();
          }

          @Override
          public Optional<String> stepsWatched() {
            return JitCanary.stepsWatched();
          }
        },
        text -> terminal.err().println("warning: " + text),
        JitCanary::cpuNanos);
  }

  /** The backend in a line. */
  String backendName() {
    return backendName.description();
  }

  /** What to do when training was interrupted. */
  int interrupted(Path run) {
    terminal.next("toymodels train --resume " + RunPaths.quoted(run.toString()));
    return interruption.exitCode();
  }

  /** Fails when no model is left, or when any diverged and that was said to be a failure. */
  static void requireConverged(RunOutcome outcome, Path run, boolean any) {
    if (outcome.allDiverged() || any && outcome.diverged() > 0) {
      throw new CommandError(
          ErrorKind.DIVERGED,
          "%d of %d models diverged".formatted(outcome.diverged(), outcome.models()),
          run.toString(),
          "lower train.learning_rate, or look at diverged_at: toymodels inspect "
              + RunPaths.quoted(run.toString()));
    }
  }

  @Override
  public void close() {
    interruption.close();
    backendName.close();
  }
}
