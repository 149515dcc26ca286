package toymodels.report;

import java.util.List;
import java.util.Optional;

/**
 * Parts of models with a ReLU in the hidden layer as graphs: features, neurons, outputs, and the
 * weights between them, one panel a circuit (Elhage et al. 2022, Computation in Superposition).
 */
public record Circuits(String title, String caption, List<Panel> panels) implements Figure {
  public Circuits {
    panels = List.copyOf(panels);
  }

  /**
   * One circuit.
   *
   * @param label such as "the largest ratio"
   * @param features which features it reads and writes
   * @param neurons which neurons it goes through
   * @param in weights of features into neurons, (features, neurons)
   * @param out weights of neurons into outputs, (features, neurons)
   */
  public record Panel(String label, int[] features, int[] neurons, double[] in, double[] out) {
    public Panel {
      int weights = features.length * neurons.length;
      Shapes.require(label, "weights in", in.length, weights);
      Shapes.require(label, "weights out", out.length, weights);
    }
  }

  @Override
  public String html() {
    return CircuitsSvg.draw(this).html();
  }

  @Override
  public Optional<String> svg() {
    return Optional.of(CircuitsSvg.draw(this).svg());
  }
}
