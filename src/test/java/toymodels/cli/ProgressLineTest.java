package toymodels.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
  private static final long STEPS = 1000;

  /** Trains for 50 seconds of a clock that is not the machine's. */
  private static String trained(boolean live, boolean quiet) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    long[] now = {0};
    Terminal terminal = Terminal.of(OutputStream.nullOutputStream(), err, live);
    try (ProgressLine line = new ProgressLine(terminal, "intro", quiet, () -> now[0])) {
      for (long step = 0; step <= STEPS; step += 10) {
        now[0] = step * 50_000_000L;
        line.at(step, STEPS);
      }
    }
    return err.toString(UTF_8);
  }

  @Test
  void a_log_gets_one_plain_line_every_ten_seconds() {
    List<String> lines = trained(false, false).lines().toList();
    assertEquals(5, lines.size(), lines.toString());
    assertEquals("intro  20 %  20 model-steps/s  40 s left", lines.get(0));
    assertEquals("intro  80 %  20 model-steps/s  10 s left", lines.get(3));
  }

  @Test
  void a_terminal_gets_one_line_that_is_taken_away_at_the_end() {
    String text = trained(true, false);
    assertFalse(text.contains("\n"), text);
    assertFalse(text.contains("\u001b"), text);
    assertTrue(text.contains("\rintro  50 %  20 model-steps/s  25 s left"), text);
    String last = text.substring(text.lastIndexOf('\r', text.length() - 2));
    assertTrue(last.isBlank(), last);
  }

  @Test
  void quiet_says_nothing() {
    assertEquals("", trained(false, true));
    assertEquals("", trained(true, true));
  }

  @Test
  void the_rate_of_a_resumed_run_counts_its_own_steps_only() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    long[] now = {0};
    Terminal terminal = Terminal.of(OutputStream.nullOutputStream(), err, false);
    try (ProgressLine line = new ProgressLine(terminal, "run", false, () -> now[0])) {
      line.at(9000, 10_000);
      now[0] = 10_000_000_000L;
      line.at(9100, 10_000);
    }
    assertEquals("run  91 %  10 model-steps/s  1 min 30 s left\n", err.toString(UTF_8));
  }
}
