package toymodels.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import toymodels.train.Progress;

/**
 * Passes progress on, and once training has gone on for a while, asks whether it is slow: the
 * kernels by themselves, and then the steps of this training over the next while.
 */
final class SlownessWarning implements Progress {
  /** Says what is wrong, if anything is; {@link toymodels.backend.cpu.JitCanary}. */
  interface Canary {
    /** Measures kernels now. */
    Optional<String> kernels();

    /** Begins to watch the steps that training takes. */
    void watchSteps();

    /** Ends watching. */
    Optional<String> stepsWatched();
  }

  /** After so long, kernels are compiled. */
  static final Duration WARM = Duration.ofSeconds(20);

  /** So long steps are watched. */
  static final Duration WATCH = Duration.ofSeconds(2);

  private final Progress progress;
  private final Canary canary;
  private final Consumer<String> warn;
  private final LongSupplier clock;
  private final long started;
  private boolean asked;
  private boolean watching;
  private long watchedSince;

  /**
   * @param warn receives it
   * @param clock nanoseconds, of the CPU rather than of the wall: a busy machine compiles late
   */
  SlownessWarning(Progress progress, Canary canary, Consumer<String> warn, LongSupplier clock) {
    this.progress = progress;
    this.canary = canary;
    this.warn = warn;
    this.clock = clock;
    started = clock.getAsLong();
  }

  @Override
  public void expect(Duration afterTraining) {
    progress.expect(afterTraining);
  }

  @Override
  public void working(String doing, long done, long total) {
    progress.working(doing, done, total);
  }

  @Override
  public void at(long done, long total) {
    progress.at(done, total);
    if (asked && !watching) {
      return;
    }
    long now = clock.getAsLong();
    if (watching) {
      if (now - watchedSince >= WATCH.toNanos()) {
        watching = false;
        canary.stepsWatched().ifPresent(warn);
      }
    } else if (now - started >= WARM.toNanos()) {
      asked = true;
      Optional<String> slow = canary.kernels();
      slow.ifPresent(warn);
      if (slow.isEmpty()) {
        watching = true;
        canary.watchSteps();
        watchedSince = clock.getAsLong();
      }
    }
  }
}
