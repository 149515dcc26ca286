package toymodels.report;

import java.util.List;
import java.util.Optional;

/** The weights of each neuron as a stacked bar over features, one panel a model. */
public record NeuronStacks(String title, String caption, List<Panel> panels) implements Figure {
  public NeuronStacks {
    panels = List.copyOf(panels);
  }

  /**
   * One model with a privileged basis.
   *
   * @param label such as "density 0.15"
   * @param weights W, (features, neurons)
   * @param neurons m
   */
  public record Panel(String label, float[] weights, int neurons) {
    public Panel {
      if (neurons < 1 || weights.length == 0 || weights.length % neurons != 0) {
        throw new IllegalArgumentException(
            "figure '%s': %s weights are not whole rows of %s neurons"
                .formatted(label, weights.length, neurons));
      }
    }
  }

  @Override
  public String html() {
    return NeuronStacksSvg.draw(this).html();
  }

  @Override
  public Optional<String> svg() {
    return Optional.of(NeuronStacksSvg.draw(this).svg());
  }
}
