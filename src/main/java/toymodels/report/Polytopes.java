package toymodels.report;

import java.util.List;
import java.util.Optional;

/**
 * A turnable view of feature vectors as points and polytopes, with a model picker and a slider over
 * the history.
 *
 * @param hidden hidden dimensions of every model, at least 2; more than three are projected
 * @param models the models to pick from
 * @param colouredBy what {@link Model#importance} holds, such as "importance" or "set"
 */
public record Polytopes(
    String title, String caption, int hidden, List<Model> models, String colouredBy)
    implements Figure {
  /** Features coloured by importance. */
  public Polytopes(String title, String caption, int hidden, List<Model> models) {
    this(title, caption, hidden, models, "importance");
  }

  public Polytopes {
    models = List.copyOf(models);
    if (hidden < 2 || models.isEmpty()) {
      throw new IllegalArgumentException(
          "figure '%s': a view of %s models with %s hidden dimensions; at least one with 2 needed"
              .formatted(title, models.size(), hidden));
    }
    for (Model model : models) {
      for (float[] frame : model.frames) {
        Shapes.require(model.label, "a frame", frame.length, hidden * model.importance.length);
      }
    }
  }

  /**
   * One model over its training.
   *
   * @param label such as "density 0.1, best of 20"
   * @param importance Iᵢ, (features), which colours the points
   * @param steps the step of each frame, ascending, (frames)
   * @param frames Wᵢ at each step, each (features, hidden)
   */
  public record Model(String label, double[] importance, int[] steps, List<float[]> frames) {
    public Model {
      frames = List.copyOf(frames);
      Shapes.require(label, "steps", steps.length, Math.max(1, frames.size()));
    }
  }

  /** An element that {@code polytopes.js} fills with the view and its controls. */
  @Override
  public String html() {
    return "<div class=\"polytopes\" data-label=\"%s\">%s</div>\n"
        .formatted(Html.escape(title), Html.data(PolytopesData.of(this)));
  }

  @Override
  public Optional<String> svg() {
    return Optional.of(PolytopesSvg.draw(this).svg());
  }
}
