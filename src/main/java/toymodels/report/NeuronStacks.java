package toymodels.report;

import java.util.List;
import java.util.Optional;

/** The weights of each neuron as a stacked bar over features, one panel a model. */
public record NeuronStacks(String title, String caption, List<NeuronWeights> panels)
    implements Figure {
  public NeuronStacks {
    panels = List.copyOf(panels);
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
