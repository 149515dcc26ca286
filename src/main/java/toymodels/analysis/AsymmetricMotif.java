package toymodels.analysis;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Asymmetric superposition in an absolute-value model: one neuron serves two features with weights
 * of very different size, W₁ = [2, −½] in and W₂ = [½, 2] out, so that the large one interferes
 * strongly with the small one and never the other way round; a second neuron, driven by the large
 * feature, inhibits what leaks (Elhage et al. 2022, The Asymmetric Superposition Motif).
 *
 * @param neuron the shared neuron
 * @param strong the feature with the large weight in
 * @param weak the feature with the small weight in, of the opposite sign
 * @param ratio |weight in of strong| / |weight in of weak|
 * @param leak what one unit of the strong feature adds to the weak one's output by this neuron
 * @param inhibitor the neuron that takes most of it away
 * @param inhibition what one unit of the strong feature adds by the inhibitor, negative
 */
public record AsymmetricMotif(
    int neuron, int strong, int weak, double ratio, double leak, int inhibitor, double inhibition) {
  /** Weights in must differ by this factor; the paper's example has 4. */
  public static final double MIN_RATIO = 2;

  /** Weight in times weight out of a served feature is about 1: it passes at its own size. */
  private static final double MIN_GAIN = 0.4;

  private static final double MAX_GAIN = 1.6;

  /** The inhibitor takes at least this share of the leak. */
  private static final double MIN_INHIBITION = 0.5;

  /** All such motifs of a model, the largest ratio first. */
  public static List<AsymmetricMotif> in(Neurons neurons) {
    List<AsymmetricMotif> motifs = new ArrayList<>();
    for (int a = 0; a < neurons.hidden(); a++) {
      for (int i = 0; i < neurons.features(); i++) {
        for (int j = 0; j < neurons.features(); j++) {
          if (i != j && asymmetric(neurons, a, i, j)) {
            addInhibited(neurons, a, i, j, motifs);
          }
        }
      }
    }
    motifs.sort(Comparator.comparingDouble(AsymmetricMotif::ratio).reversed());
    return motifs;
  }

  /**
   * What one unit of the strong feature adds to the weak one's output by all neurons together, over
   * the leak: at most 0 where inhibition is complete, and whatever is below 0 the output's ReLU
   * removes.
   */
  public double left(Neurons neurons) {
    double sign = Math.signum(neurons.in(strong, neuron));
    double sum = 0;
    for (int b = 0; b < neurons.hidden(); b++) {
      sum += Math.max(0, sign * neurons.in(strong, b)) * neurons.out(weak, b);
    }
    return sum / leak;
  }

  private static boolean asymmetric(Neurons neurons, int a, int i, int j) {
    return neurons.in(i, a) * neurons.in(j, a) < 0
        && Math.abs(neurons.in(i, a)) >= MIN_RATIO * Math.abs(neurons.in(j, a))
        && serves(neurons, a, i)
        && serves(neurons, a, j);
  }

  private static boolean serves(Neurons neurons, int a, int i) {
    double gain = Math.abs(neurons.in(i, a)) * neurons.out(i, a);
    return gain >= MIN_GAIN && gain <= MAX_GAIN;
  }

  private static void addInhibited(
      Neurons neurons, int a, int i, int j, List<AsymmetricMotif> motifs) {
    double leak = Math.abs(neurons.in(i, a)) * neurons.out(j, a);
    int inhibitor = -1;
    double most = -MIN_INHIBITION * leak;
    for (int b = 0; b < neurons.hidden(); b++) {
      boolean driven = b != a && neurons.in(i, b) * neurons.in(i, a) > 0;
      double inhibition = Math.abs(neurons.in(i, b)) * neurons.out(j, b);
      if (driven && inhibition <= most) {
        most = inhibition;
        inhibitor = b;
      }
    }
    if (inhibitor >= 0) {
      double ratio = Math.abs(neurons.in(i, a) / neurons.in(j, a));
      motifs.add(new AsymmetricMotif(a, i, j, ratio, leak, inhibitor, most));
    }
  }
}
