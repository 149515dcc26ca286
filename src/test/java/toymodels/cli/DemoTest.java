package toymodels.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class DemoTest {
  @Test
  void draws_five_directions_in_the_plane() {
    Invocation demo = Invocation.of("demo", "-q").succeeded();
    String drawing = demo.out().substring(demo.out().indexOf("\n\n"));
    for (int feature = 0; feature < 5; feature++) {
      assertTrue(drawing.contains(Integer.toString(feature)), drawing);
    }
  }

  @Test
  void a_plane_puts_numbers_at_the_ends_of_dotted_lines() {
    List<String> lines = new Plane(new float[] {1, 0, 0, 1, -1, 0, 0, -1}).lines();
    assertEquals(25, lines.size());
    assertEquals("1", lines.get(2).strip());
    assertEquals("2....................+....................0", lines.get(12).strip());
    assertEquals("3", lines.get(22).strip());
  }

  @Test
  void a_plane_of_zeros_is_a_point() {
    List<String> lines = new Plane(new float[] {0, 0, 0, 0}).lines();
    assertEquals("+", String.join("", lines).strip());
  }
}
