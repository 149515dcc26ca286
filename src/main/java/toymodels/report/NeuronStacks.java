package toymodels.report;

import java.util.List;

/** The weights of each neuron as a stacked bar over features, one panel a model. */
public record NeuronStacks(String title, String caption, List<Panel> panels) implements Figure {
  /**
   * One model with a privileged basis.
   *
   * @param label such as "density 0.15"
   * @param weights W, (features, neurons)
   * @param neurons m
   */
  public record Panel(String label, float[] weights, int neurons) {}
}
