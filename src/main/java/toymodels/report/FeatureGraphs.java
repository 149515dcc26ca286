package toymodels.report;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import toymodels.analysis.Geometry;
import toymodels.analysis.PolytopeNaming;

/**
 * Feature geometry graphs, one panel a model: represented features are nodes, joined where their
 * directions are not orthogonal, so that each tegum factor is a connected component (Elhage et al.
 * 2022, Geometry of Superposition). Nodes, edges and names are those of {@link PolytopeNaming}.
 */
public record FeatureGraphs(String title, String caption, List<Panel> panels) implements Figure {
  public FeatureGraphs {
    panels = List.copyOf(panels);
  }

  /**
   * One model.
   *
   * @param label such as "1 / density 2.6"
   * @param geometry its features Wᵢ
   */
  public record Panel(String label, Geometry geometry) {
    /** What the components are, such as "5 digons + 2 pentagons", and how large the others are. */
    public String summary() {
      List<PolytopeNaming.Component> components = PolytopeNaming.of(geometry);
      String others =
          components.stream()
              .filter(c -> c.polytope().isEmpty())
              .map(c -> c.features().length)
              .sorted()
              .map(String::valueOf)
              .collect(Collectors.joining(", "));
      List<PolytopeNaming.Component> named =
          components.stream().filter(c -> c.polytope().isPresent()).toList();
      if (others.isEmpty()) {
        return PolytopeNaming.summary(named);
      }
      String unnamed = "unnamed: " + others + " features";
      return named.isEmpty() ? unnamed : PolytopeNaming.summary(named) + " + " + unnamed;
    }
  }

  @Override
  public String html() {
    return FeatureGraphsSvg.draw(this).html();
  }

  @Override
  public Optional<String> svg() {
    return Optional.of(FeatureGraphsSvg.draw(this).svg());
  }
}
