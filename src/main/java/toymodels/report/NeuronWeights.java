package toymodels.report;

/**
 * The weights of one model into its neurons, as figures show them.
 *
 * @param label such as "density 0.15"
 * @param weights W, (features, neurons)
 * @param neurons m
 */
public record NeuronWeights(String label, float[] weights, int neurons) {
  public NeuronWeights {
    if (neurons < 1 || weights.length == 0 || weights.length % neurons != 0) {
      throw new IllegalArgumentException(
          "figure '%s': %s weights are not whole rows of %s neurons"
              .formatted(label, weights.length, neurons));
    }
  }

  int features() {
    return weights.length / neurons;
  }

  double weight(int feature, int neuron) {
    return weights[feature * neurons + neuron];
  }
}
