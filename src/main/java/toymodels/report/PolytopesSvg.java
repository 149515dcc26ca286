package toymodels.report;

import java.util.ArrayList;
import java.util.List;
import toymodels.analysis.PrincipalAxes;

/**
 * Draws {@link Polytopes} as a still picture: the last frame of each model, seen from where the
 * turnable view starts, without perspective.
 */
final class PolytopesSvg {
  private static final double YAW = .6;
  private static final double PITCH = .42;
  private static final int MOST = 24;

  private PolytopesSvg() {}

  static PanelFigure draw(Polytopes figure) {
    List<Directions.Panel> panels = new ArrayList<>();
    figure.models().stream()
        .limit(MOST)
        .forEach(model -> panels.add(panel(model, figure.hidden())));
    return DirectionsSvg.draw(
        new Directions(figure.title(), figure.caption(), panels, figure.colouredBy()));
  }

  private static Directions.Panel panel(Polytopes.Model model, int hidden) {
    float[] last = model.frames().get(model.frames().size() - 1);
    int features = model.importance().length;
    float[] seen = new float[2 * features];
    float[] axes = hidden > 3 ? PrincipalAxes.of(last, 0, features, hidden, 3) : null;
    for (int i = 0; i < features; i++) {
      double[] p = new double[3];
      for (int k = 0; k < Math.min(3, hidden); k++) {
        for (int h = 0; h < hidden; h++) {
          double axis = axes == null ? (h == k ? 1 : 0) : axes[k * hidden + h];
          p[k] += axis * last[i * hidden + h];
        }
      }
      double back = Math.cos(YAW) * p[2] - Math.sin(YAW) * p[0];
      boolean flat = hidden == 2;
      seen[2 * i] = (float) (flat ? p[0] : Math.cos(YAW) * p[0] + Math.sin(YAW) * p[2]);
      seen[2 * i + 1] = (float) (flat ? p[1] : Math.cos(PITCH) * p[1] - Math.sin(PITCH) * back);
    }
    return new Directions.Panel(model.label(), seen, model.importance());
  }
}
