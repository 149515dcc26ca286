package toymodels.run;

import java.time.Duration;
import java.util.Optional;
import toymodels.run.file.StorageException;
import toymodels.train.Backend;
import toymodels.train.Checkpoint;
import toymodels.train.Progress;
import toymodels.train.StopSignal;

/** Trains what a run asks for, from wherever it was left, saving on the way. */
public final class RunTraining {
  private RunTraining() {}

  /**
   * Trains every study of the run to its end, or until it is asked to stop; then all is saved.
   *
   * @param run created or resumed, not only opened
   * @param backend where to train
   * @param threads CPU threads, for the record
   * @param progress receives model-steps done of all in the run
   * @param stop asks to stop
   * @throws StorageException if a save fails; earlier checkpoints are whole, as it says
   */
  public static RunOutcome train(
      RunDirectory run, Backend backend, int threads, Progress progress, StopSignal stop) {
    try {
      return trainAll(run, backend, threads, progress, stop);
    } catch (StorageException e) {
      throw e.whileTraining(run.path());
    }
  }

  private static RunOutcome trainAll(
      RunDirectory run, Backend backend, int threads, Progress progress, StopSignal stop) {
    run.start(backend, threads);
    long start = System.nanoTime();
    long total = 0;
    for (StudyDirectory study : run.studies()) {
      total += (long) study.study().plan().steps() * study.study().models();
    }
    long all = total;
    long done = 0;
    Duration after = Duration.ZERO;
    for (StudyDirectory study : run.studies()) {
      after = study.finished() ? after : after.plus(ResumableEvaluation.expected(study.config()));
    }
    progress.expect(after);
    boolean stopped = false;
    int models = 0;
    int diverged = 0;
    for (StudyDirectory study : run.studies()) {
      models += study.study().models();
      Optional<Checkpoint> end =
          new Recovery(study, run::log).finalModels().map(SavedModels::state);
      if (end.isEmpty() && !stopped) {
        long before = done;
        end =
            new StudyTraining(study, backend, run::log, offset(progress, before, all), stop)
                .train();
        stopped = end.isEmpty();
      }
      diverged += end.map(RunTraining::diverged).orElse(0);
      done += (long) study.study().plan().steps() * study.study().models();
    }
    progress.working("hashing all files", 0, 1);
    RunOutcome outcome = new RunOutcome(stopped, models, diverged);
    run.finish(Duration.ofNanos(System.nanoTime() - start), outcome);
    return outcome;
  }

  /** The progress of one study as a part of the run's. */
  private static Progress offset(Progress progress, long before, long all) {
    return new Progress() {
      @Override
      public void at(long done, long total) {
        progress.at(before + done, all);
      }

      @Override
      public void working(String doing, long done, long total) {
        progress.working(doing, done, total);
      }
    };
  }

  private static int diverged(Checkpoint state) {
    int count = 0;
    for (int step : state.divergedAt()) {
      count += step == Checkpoint.NOT_DIVERGED ? 0 : 1;
    }
    return count;
  }
}
