package toymodels.viewer.internal.gl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How often is drawn, by a clock that the test turns. */
class FramePacerTest {
  private static final double SECONDS = 60;

  /** Seconds spent drawing in a minute, and frames, if each takes so long. */
  private static double[] minute(double frame, boolean training, double steeredEvery) {
    FramePacer pace = new FramePacer();
    double now = 0;
    double drawing = 0;
    double frames = 0;
    double steered = 0;
    while (now < SECONDS) {
      if (now >= steered) {
        pace.steered(now);
        steered += steeredEvery;
      }
      if (pace.pause(now, training, FramePacer.SHARE) > 0) {
        now += 1e-3;
        continue;
      }
      now += frame;
      drawing += frame;
      frames++;
      pace.drawn(now, frame);
    }
    return new double[] {drawing / SECONDS, frames};
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-4, 1e-3, 0.01, 0.05, 0.3})
  void drawing_takes_its_share_at_most_while_models_train(double frame) {
    // The clock goes on in milliseconds, and the first steering is at the start.
    assertTrue(minute(frame, true, 1e9)[0] < FramePacer.SHARE + 0.01, "of the time");
    assertTrue(minute(frame, true, 0.1)[0] < FramePacer.STEERING_SHARE + 0.01, "while steered");
    assertTrue(minute(frame, true, 0.1)[1] >= minute(frame, true, 1e9)[1], "steered frames");
  }

  @Test
  void a_fast_machine_draws_sixty_frames_a_second_and_a_slow_one_as_many_as_it_can() {
    assertEquals(60, minute(1e-3, true, 1e9)[1] / SECONDS, 4);
    assertEquals(60, minute(1e-3, false, 1e9)[1] / SECONDS, 4);
    assertEquals(20, minute(0.05, false, 1e9)[1] / SECONDS, 0.5);
  }
}
