package toymodels.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SlownessWarningTest {
  @Test
  void slow_kernels_are_told_once_and_only_after_a_while() {
    AtomicLong now = new AtomicLong();
    List<String> heard = new ArrayList<>();
    List<Long> passed = new ArrayList<>();
    SlownessWarning warning =
        new SlownessWarning(
            (done, total) -> passed.add(done), () -> Optional.of("slow"), heard::add, now::get);
    warning.at(1, 4);
    now.set(SlownessWarning.WARM.toNanos() - 1);
    warning.at(2, 4);
    assertEquals(List.of(), heard);
    now.set(SlownessWarning.WARM.toNanos());
    warning.at(3, 4);
    warning.at(4, 4);
    assertEquals(List.of("slow"), heard);
    assertEquals(List.of(1L, 2L, 3L, 4L), passed);
  }

  @Test
  void fast_kernels_are_asked_once_and_nothing_is_said() {
    AtomicInteger asked = new AtomicInteger();
    List<String> heard = new ArrayList<>();
    AtomicLong now = new AtomicLong();
    SlownessWarning warning =
        new SlownessWarning(
            (done, total) -> {},
            () -> {
              asked.incrementAndGet();
              return Optional.empty();
            },
            heard::add,
            now::get);
    now.set(SlownessWarning.WARM.toNanos());
    warning.at(1, 2);
    warning.at(2, 2);
    assertEquals(1, asked.get());
    assertEquals(List.of(), heard);
  }
}
