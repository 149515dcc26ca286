package toymodels.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DemoTest {
  @Test
  void draws_five_directions_in_the_plane() {
    Invocation demo = Invocation.of("demo", "-q").succeeded();
    String drawing =
        demo.out()
            .lines()
            .skip(2)
            .takeWhile(line -> !line.contains("directions"))
            .collect(Collectors.joining("\n"));
    assertTrue(demo.out().contains("5 directions, lengths 1."), demo.out());
    assertTrue(demo.out().contains("degrees apart, loss 0.0089"), demo.out());
    for (int feature = 0; feature < 5; feature++) {
      assertTrue(drawing.contains(Integer.toString(feature)), drawing);
    }
  }

  @Test
  void a_plane_puts_numbers_at_the_ends_of_dotted_lines() {
    List<String> lines = new AsciiPlot(new double[] {1, 0, 0, 1, -1, 0, 0, -1}).lines();
    assertEquals(19, lines.size());
    assertEquals("1", lines.get(0).strip());
    assertEquals("2.................+.................0", lines.get(9).strip());
    assertEquals("3", lines.get(18).strip());
  }

  @Test
  void a_plane_of_zeros_is_a_point() {
    List<String> lines = new AsciiPlot(new double[] {0, 0, 0, 0}).lines();
    assertEquals("+", String.join("", lines).strip());
  }
}
