package toymodels.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SlownessWarningTest {
  private static final long WARM = SlownessWarning.WARM.toNanos();
  private static final long WATCH = SlownessWarning.WATCH.toNanos();

  private final AtomicLong now = new AtomicLong();
  private final List<String> heard = new ArrayList<>();
  private final List<String> asked = new ArrayList<>();
  private final List<Long> passed = new ArrayList<>();

  private SlownessWarning warning(Optional<String> kernels, Optional<String> steps) {
    SlownessWarning.Canary canary =
        new SlownessWarning.Canary() {
          @Override
          public Optional<String> kernels() {
            asked.add("kernels");
            return kernels;
          }

          @Override
          public void watchSteps() {
            asked.add("watch");
          }

          @Override
          public Optional<String> stepsWatched() {
            asked.add("steps");
            return steps;
          }
        };
    return new SlownessWarning((done, total) -> passed.add(done), canary, heard::add, now::get);
  }

  @Test
  void slow_kernels_are_told_once_and_only_after_a_while() {
    SlownessWarning warning = warning(Optional.of("slow"), Optional.of("boxed"));
    warning.at(1, 5);
    now.set(WARM - 1);
    warning.at(2, 5);
    assertEquals(List.of(), heard);
    now.set(WARM);
    warning.at(3, 5);
    now.set(WARM + WATCH);
    warning.at(4, 5);
    warning.at(5, 5);
    assertEquals(List.of("slow"), heard);
    assertEquals(List.of("kernels"), asked);
    assertEquals(List.of(1L, 2L, 3L, 4L, 5L), passed);
  }

  @Test
  void where_kernels_are_fast_the_steps_are_watched_for_a_while() {
    SlownessWarning warning = warning(Optional.empty(), Optional.of("boxed"));
    now.set(WARM);
    warning.at(1, 4);
    now.set(WARM + WATCH - 1);
    warning.at(2, 4);
    assertEquals(List.of("kernels", "watch"), asked);
    assertEquals(List.of(), heard);
    now.set(WARM + WATCH);
    warning.at(3, 4);
    warning.at(4, 4);
    assertEquals(List.of("kernels", "watch", "steps"), asked);
    assertEquals(List.of("boxed"), heard);
  }

  @Test
  void nothing_is_said_of_fast_training() {
    SlownessWarning warning = warning(Optional.empty(), Optional.empty());
    for (int i = 0; i < 4; i++) {
      now.set(WARM + i * WATCH);
      warning.at(i, 4);
    }
    assertEquals(List.of("kernels", "watch", "steps"), asked);
    assertEquals(List.of(), heard);
  }
}
