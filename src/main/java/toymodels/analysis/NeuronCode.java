package toymodels.analysis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The code by which features share neurons in a privileged basis: features and neurons are joined
 * where a weight stands out, and each connected component is one code, such as three features in
 * two neurons by (1, 1), (1, −1), (−1, 1) (Elhage et al. 2022, Superposition in a Privileged
 * Basis).
 *
 * @param neurons the component's neurons, ascending
 * @param features its features, ascending
 * @param signs for each feature the sign of its weight on each neuron, 0 where it does not stand
 *     out, (features, neurons)
 */
public record NeuronCode(int[] neurons, int[] features, int[][] signs) {
  /** The least |weight| that stands out: half of what a feature of norm 1 has on two neurons. */
  public static final double STANDS_OUT = 0.35;

  /** The codes of a model, by their first neuron; neurons without features are left out. */
  public static List<NeuronCode> of(Neurons neurons) {
    return of(neurons, STANDS_OUT);
  }

  /** The codes of a model, where weights of at least {@code threshold} stand out. */
  public static List<NeuronCode> of(Neurons neurons, double threshold) {
    List<NeuronCode> codes = new ArrayList<>();
    boolean[] seen = new boolean[neurons.hidden()];
    for (int start = 0; start < neurons.hidden(); start++) {
      if (!seen[start]) {
        NeuronCode code = component(neurons, threshold, start);
        for (int a : code.neurons) {
          seen[a] = true;
        }
        if (code.features.length > 0) {
          codes.add(code);
        }
      }
    }
    return codes;
  }

  private static NeuronCode component(Neurons neurons, double threshold, int start) {
    boolean[] inNeurons = new boolean[neurons.hidden()];
    boolean[] inFeatures = new boolean[neurons.features()];
    inNeurons[start] = true;
    boolean grew = true;
    while (grew) {
      grew = false;
      for (int i = 0; i < inFeatures.length; i++) {
        for (int a = 0; a < inNeurons.length; a++) {
          if (inFeatures[i] != inNeurons[a] && Math.abs(neurons.in(i, a)) >= threshold) {
            inFeatures[i] = true;
            inNeurons[a] = true;
            grew = true;
          }
        }
      }
    }
    int[] members = chosen(inNeurons);
    int[] features = chosen(inFeatures);
    int[][] signs = new int[features.length][members.length];
    for (int f = 0; f < features.length; f++) {
      for (int k = 0; k < members.length; k++) {
        double weight = neurons.in(features[f], members[k]);
        signs[f][k] = Math.abs(weight) >= threshold ? (int) Math.signum(weight) : 0;
      }
    }
    return new NeuronCode(members, features, signs);
  }

  private static int[] chosen(boolean[] chosen) {
    return IntStream.range(0, chosen.length).filter(i -> chosen[i]).toArray();
  }

  /** Whether it is one neuron that serves one feature. */
  public boolean monosemantic() {
    return neurons.length == 1 && features.length == 1;
  }

  /** Whether every feature is a pair of neurons, and no two features the same pair. */
  public boolean pairs() {
    long distinct =
        Arrays.stream(signs)
            .map(row -> Arrays.toString(Arrays.stream(row).map(Math::abs).toArray()))
            .distinct()
            .count();
    return features.length > 1
        && distinct == features.length
        && Arrays.stream(signs)
            .allMatch(row -> Arrays.stream(row).filter(s -> s != 0).count() == 2);
  }

  /** "3 features in 2 neurons: (1,1) (1,-1) (-1,1)". */
  public String label() {
    String rows =
        Arrays.stream(signs)
            .map(
                row ->
                    Arrays.stream(row)
                        .mapToObj(Integer::toString)
                        .collect(Collectors.joining(",", "(", ")")))
            .collect(Collectors.joining(" "));
    return monosemantic()
        ? "monosemantic"
        : "%d feature%s in %d neuron%s: %s"
            .formatted(
                features.length,
                features.length == 1 ? "" : "s",
                neurons.length,
                neurons.length == 1 ? "" : "s",
                rows);
  }
}
