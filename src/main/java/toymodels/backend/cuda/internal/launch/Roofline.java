package toymodels.backend.cuda.internal.launch;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import toymodels.backend.cuda.KernelVariant;
import toymodels.backend.cuda.internal.driver.Gpu;
import toymodels.backend.cuda.internal.driver.KernelPass;
import toymodels.train.Study;

/**
 * What a GPU could do at most: two bounds on model-steps a second.
 *
 * @param multiplyAdds fused multiply-adds a second: multiprocessors × lanes × clock
 * @param instructions warp instructions a second: multiprocessors × 4 schedulers × clock
 */
public record Roofline(double multiplyAdds, double instructions) {
  private static final int SCHEDULERS = 4;
  private static final int LANES_OF_AMPERE_CENTRE = 64;
  private static final int LANES = 128;
  private static final int AMPERE_CENTRE = 80;

  /** Multiply-adds of the dense algorithm for a sample: forward 2 n m, backward 3 n m. */
  private static final int OF_A_WEIGHT = 5;

  public static Roofline of(Gpu gpu) {
    double clocks = gpu.multiprocessors() * gpu.clock();
    int lanes = gpu.computeCapability() == AMPERE_CENTRE ? LANES_OF_AMPERE_CENTRE : LANES;
    return new Roofline(clocks * lanes, clocks * SCHEDULERS);
  }

  /** Model-steps a second if nothing but multiply-adds took time. */
  public double byMultiplyAdds(Study study) {
    double each = (double) OF_A_WEIGHT * study.shape().weights() * study.plan().batch();
    return multiplyAdds / each;
  }

  /**
   * Model-steps a second if every scheduler issued at every clock; empty for kernels whose
   * instructions are not counted in {@code kernels/instructions.tsv}.
   */
  public OptionalDouble byInstructions(KernelVariant variant, Study study) {
    Double ofSample =
        variant.passes(study, 1).get(0) instanceof KernelPass first
            ? counted().get(first.entry())
            : null;
    return ofSample == null
        ? OptionalDouble.empty()
        : OptionalDouble.of(instructions / (ofSample * study.plan().batch()));
  }

  /** Warp instructions a sample, by kernel, as {@code kernels/instructions.py} counts them. */
  private static Map<String, Double> counted() {
    Map<String, Double> counts = new HashMap<>();
    try (InputStream in = Roofline.class.getResourceAsStream("/kernels/instructions.tsv");
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
      lines
          .lines()
          .map(line -> line.split("\t"))
          .forEach(cells -> counts.put(cells[0], Double.valueOf(cells[1])));
    } catch (IOException e) {
      throw new UncheckedIOException("reading the instruction counts", e);
    }
    return counts;
  }
}
