package toymodels.run.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ShortestDecimalTest {
  @Test
  void known_numbers_are_as_short_as_people_write_them() {
    assertEquals("0.1", ShortestDecimal.shortest(0.1));
    assertEquals("0.1", ShortestDecimal.shortest(0.1f));
    assertEquals("1.0", ShortestDecimal.shortest(1.0));
    assertEquals("-1024.0", ShortestDecimal.shortest(-1024f));
    assertEquals("1.0e-8", ShortestDecimal.shortest(1e-8));
    assertEquals("5.0e-324", ShortestDecimal.shortest(Double.MIN_VALUE));
    assertEquals("-0.0", ShortestDecimal.shortest(-0.0));
    assertEquals("nan", ShortestDecimal.shortest(Float.NaN));
    assertEquals("-inf", ShortestDecimal.shortest(Double.NEGATIVE_INFINITY));
    // Java 17's own Double.toString and Float.toString give 2.0E23 and 1.4E-45 other digits.
    assertEquals("1.0e-45", ShortestDecimal.shortest(Float.MIN_VALUE));
    assertEquals("2.0e-44", ShortestDecimal.shortest(2.0e-44f));
    assertEquals("2.0e23", ShortestDecimal.shortest(2.0e23));
  }

  @Test
  void every_number_reads_back_as_itself() {
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 20_000; i++) {
      float f = Float.intBitsToFloat(random.nextInt());
      double d = Double.longBitsToDouble(random.nextLong());
      if (Float.isFinite(f)) {
        assertEquals(f, Float.parseFloat(ShortestDecimal.shortest(f)));
      }
      if (Double.isFinite(d)) {
        assertEquals(d, Double.parseDouble(ShortestDecimal.shortest(d)));
        assertTrue(ShortestDecimal.shortest(d).length() <= 24, ShortestDecimal.shortest(d));
      }
    }
  }
}
