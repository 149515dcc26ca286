package toymodels.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The binomial distribution, and what words it means. */
class BinomialTableTest {
  @Test
  void probabilities_of_few_trials_are_those_written_out() {
    assertArrayEquals(
        new double[] {0.343, 0.441, 0.189, 0.027}, BinomialTable.probabilities(3, 0.3), 1e-15);
    assertArrayEquals(new double[] {0, 0, 1}, BinomialTable.probabilities(2, 1));
    assertArrayEquals(new double[] {1, 0, 0}, BinomialTable.probabilities(2, 0));
  }

  @ParameterizedTest
  @CsvSource({"1024, 0.5", "1024, 0.999", "1024, 1e-9", "4096, 0.3", "1, 0.2"})
  void mean_and_variance_are_those_of_the_law(int trials, double q) {
    double[] p = BinomialTable.probabilities(trials, q);
    double mean = 0;
    double square = 0;
    for (int g = 0; g <= trials; g++) {
      mean += g * p[g];
      square += (g - trials * q) * (g - trials * q) * p[g];
    }
    assertEquals(1, Arrays.stream(p).sum(), 1e-13);
    assertEquals(trials * q, mean, 1e-12 * trials);
    assertEquals(trials * q * (1 - q), square, 1e-11 * trials);
  }

  /** Two fair trials: none in a quarter of all words, one in half of them. */
  @Test
  void words_mean_numbers_in_proportion() {
    BinomialTable table = new BinomialTable(2, 0.5);
    assertEquals(0, table.number(0));
    assertEquals(0, table.number(0x3FFFFFFF));
    assertEquals(1, table.number(0x40000000));
    assertEquals(1, table.number(0xBFFFFFFF));
    assertEquals(2, table.number(0xC0000000));
    assertEquals(2, table.number(-1));
    assertEquals(0, new BinomialTable(1024, 0).number(-1));
    assertEquals(1024, new BinomialTable(1024, 1).number(0));
  }
}
