package toymodels.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Figures of single neurons for {@link SampleReport}, none of them trained. */
final class SampleNeurons {
  private SampleNeurons() {}

  static NeuronStacks stacks() {
    return new NeuronStacks(
        "Neurons give up one meaning each", "A stack a neuron, a block a feature.", codes());
  }

  static WeightMatrices matrices() {
    return new WeightMatrices(
        "The same as matrices", "A row a feature, a column a neuron.", codes());
  }

  /** The paper's example of the asymmetric motif: 2 and −½ in, ½ and 2 out, and an inhibitor. */
  static Circuits circuits() {
    return new Circuits(
        "The asymmetric motif",
        "Neuron 3 serves features 0 and 12, neuron 7 inhibits.",
        List.of(
            new Circuits.Panel(
                "the paper's example",
                new int[] {0, 12},
                new int[] {3, 7},
                new double[] {2, 1, -.5, 0},
                new double[] {.5, .01, 2, -4})));
  }

  private static List<NeuronWeights> codes() {
    Random random = new Random(5);
    List<NeuronWeights> panels = new ArrayList<>();
    for (int mono : new int[] {5, 3, 0}) {
      float[] weights = new float[50];
      for (int k = 0; k < 5; k++) {
        if (k < mono) {
          weights[k * 5 + k] = 1;
        } else {
          for (int i = mono; i < 10; i++) {
            weights[i * 5 + k] =
                (float) (random.nextDouble() < .5 ? 0 : .9 * (random.nextBoolean() ? 1 : -1));
          }
        }
      }
      panels.add(
          new NeuronWeights(
              "density " + List.of(".6", ".3", ".06").get(panels.size()), weights, 5));
    }
    return panels;
  }
}
