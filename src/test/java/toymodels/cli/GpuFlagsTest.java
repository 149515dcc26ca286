package toymodels.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How GPUs are used is said on the command line, and shown by the doctor. */
class GpuFlagsTest {
  @Test
  void the_doctor_shows_how_gpus_are_used() {
    String usual = Invocation.of("doctor").succeeded().out();
    assertTrue(
        usual.contains("all GPUs, all memory of each, in as many chunks of models as memory"),
        usual);
    for (String chunks : List.of("--model-chunks", "--waves")) {
      String[] flags = {"doctor", "--gpus", "2", "--gpu-memory-limit", "512m", chunks, "7"};
      String out = Invocation.of(flags).succeeded().out();
      assertTrue(
          out.contains("at most 2 GPUs, at most 512 MiB of each, in 7 chunks of models"), out);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "--gpus, 0, '--gpus = 0, allowed is 1 or more'",
    "--waves, -3, '--model-chunks = -3, allowed is 1 or more'",
    "--gpu-memory-limit, 8x, 'allowed is a size such as 1000000, 512m or 8g'",
    "--gpu-memory-limit, 0, 'allowed is a size such as'",
  })
  void what_cannot_be_is_refused(String flag, String value, String message) {
    Invocation wrong = Invocation.of("doctor", flag, value);
    assertEquals(2, wrong.code(), wrong.err());
    assertTrue(wrong.err().contains(message), wrong.err());
  }

  @Test
  void the_cpu_has_no_chunks_of_models() {
    Invocation wrong = Invocation.of("demo", "--backend", "cpu", "--model-chunks", "2");
    assertEquals(2, wrong.code(), wrong.err());
    assertTrue(wrong.err().contains("do not go with --backend cpu"), wrong.err());
  }
}
