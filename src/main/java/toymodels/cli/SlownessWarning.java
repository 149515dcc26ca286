package toymodels.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import toymodels.run.Progress;

/** Passes progress on, and once training has gone on for a while, asks whether it is slow. */
final class SlownessWarning implements Progress {
  /** After so long, kernels are compiled. */
  static final Duration WARM = Duration.ofSeconds(20);

  private final Progress progress;
  private final Supplier<Optional<String>> canary;
  private final Consumer<String> warn;
  private final LongSupplier clock;
  private final long started;
  private boolean asked;

  /**
   * @param canary says what is wrong, if anything is
   * @param warn hears it
   * @param clock nanoseconds, of the CPU rather than of the wall: a busy machine compiles late
   */
  SlownessWarning(
      Progress progress,
      Supplier<Optional<String>> canary,
      Consumer<String> warn,
      LongSupplier clock) {
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
    if (!asked && clock.getAsLong() - started >= WARM.toNanos()) {
      asked = true;
      canary.get().ifPresent(warn);
    }
  }
}
