package toymodels.experiment;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FeaturePoolTest {
  private static final double LINE = 0.4;

  private static double[] features(int on, int below, int above) {
    double[] all = new double[on + below + above];
    Arrays.fill(all, 0, on, LINE);
    Arrays.fill(all, on, on + below, LINE - 0.0125);
    Arrays.fill(all, on + below, all.length, LINE + 0.0125);
    return all;
  }

  @Test
  void a_line_needs_ten_features_and_twice_as_many_as_beside_it() {
    assertTrue(new FeaturePool(features(10, 5, 5)).pools(LINE));
    assertFalse(new FeaturePool(features(9, 0, 0)).pools(LINE), "too few");
    assertFalse(new FeaturePool(features(10, 6, 0)).pools(LINE), "as many below");
    assertFalse(new FeaturePool(features(10, 0, 6)).pools(LINE), "as many above");
    assertFalse(new FeaturePool(features(40, 0, 0)).pools(LINE + 0.006), "beside the line");
  }
}
