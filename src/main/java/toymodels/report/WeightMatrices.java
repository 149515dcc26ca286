package toymodels.report;

import java.util.List;
import java.util.Optional;

/**
 * W itself as a colour map, a row a feature and a column a neuron, one panel a model: it shows at a
 * glance whether features keep to the neurons (Elhage et al. 2022, Superposition in a Privileged
 * Basis).
 */
public record WeightMatrices(String title, String caption, List<NeuronWeights> panels)
    implements Figure {
  public WeightMatrices {
    panels = List.copyOf(panels);
  }

  @Override
  public String html() {
    return WeightMatricesSvg.draw(this).html();
  }

  @Override
  public Optional<String> svg() {
    return Optional.of(WeightMatricesSvg.draw(this).svg());
  }
}
