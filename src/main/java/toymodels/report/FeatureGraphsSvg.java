package toymodels.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import toymodels.analysis.Geometry;
import toymodels.analysis.InterferenceGraph;
import toymodels.analysis.PolytopeNaming;
import toymodels.analysis.PrincipalAxes;

/**
 * Draws {@link FeatureGraphs}: components from small to large in rows, the nodes of each on a
 * circle in the order of their angles in its first two principal axes, so that neighbours in space
 * are neighbours on paper. Edges are the wider and stronger, the larger |Wᵢ · Wⱼ|.
 */
final class FeatureGraphsSvg {
  private static final double WIDTH = 440;
  private static final double TOP = 28;
  private static final double NODE = 3.6;

  /** Room on the circle for each node of a component, and between components. */
  private static final double ARC = 17;

  private static final double GAP = 16;
  private static final double LEAST_RADIUS = 13;
  private static final double MOST_RADIUS = WIDTH / 2 - NODE - 1;

  /** Most letters of the note on one line. */
  private static final int LINE = 66;

  private static final double LINE_HEIGHT = 14;

  private final FeatureGraphs.Panel panel;
  private final InterferenceGraph graph;
  private final List<Placed> placed = new ArrayList<>();
  private final List<String> note;
  private final double bottom;

  /** A component with its nodes in drawing order, and its circle. */
  private record Placed(PolytopeNaming.Component component, int[] order, double x, double y) {
    double radius() {
      return FeatureGraphsSvg.radius(order.length);
    }

    double nodeX(int k) {
      return x + radius() * Math.cos(angle(k));
    }

    double nodeY(int k) {
      return y + radius() * Math.sin(angle(k));
    }

    /** Of the k-th node: pairs lie, all others stand on a side or have one node on top. */
    private double angle(int k) {
      double first = order.length == 2 ? 0 : -Math.PI / 2;
      return first + 2 * Math.PI * k / order.length;
    }
  }

  private FeatureGraphsSvg(FeatureGraphs.Panel panel) {
    this.panel = panel;
    graph =
        new InterferenceGraph(panel.geometry(), PolytopeNaming.MIN_NORM, PolytopeNaming.MIN_COSINE);
    note = wrapped(panel.summary());
    List<PolytopeNaming.Component> components =
        new ArrayList<>(PolytopeNaming.of(panel.geometry()));
    components.sort(Comparator.comparingInt(c -> c.features().length));
    double left = 0;
    double top = TOP;
    double row = 0;
    for (PolytopeNaming.Component component : components) {
      double side = 2 * (radius(component.features().length) + NODE);
      if (left > 0 && left + side > WIDTH) {
        left = 0;
        top += row + GAP;
        row = 0;
      }
      placed.add(
          new Placed(component, order(component.features()), left + side / 2, top + side / 2));
      left += side + GAP;
      row = Math.max(row, side);
    }
    bottom = top + row;
  }

  static PanelFigure draw(FeatureGraphs figure) {
    List<FeatureGraphsSvg> drawers = figure.panels().stream().map(FeatureGraphsSvg::new).toList();
    double bottom = drawers.stream().mapToDouble(d -> d.bottom).max().orElse(0);
    int lines = drawers.stream().mapToInt(d -> d.note.size()).max().orElse(0);
    List<SvgCanvas> panels = drawers.stream().map(d -> d.drawn(bottom, lines)).toList();
    return new PanelFigure(panels, Optional.of(Legend.signs("Wᵢ · Wⱼ")));
  }

  private SvgCanvas drawn(double below, int lines) {
    SvgCanvas svg =
        new SvgCanvas(
            WIDTH, below + 8 + LINE_HEIGHT * lines, panel.label() + ": " + panel.summary());
    svg.title(0, "start", panel.label(), WIDTH);
    for (Placed component : placed) {
      edges(svg, component);
    }
    double[] dimensionality = panel.geometry().dimensionality();
    for (Placed component : placed) {
      for (int k = 0; k < component.order.length; k++) {
        int feature = component.order[k];
        String tip =
            "feature %s, %s\ndimensionality %s"
                .formatted(
                    feature,
                    component.component.label(),
                    NumberFormat.plain(dimensionality[feature], 3));
        svg.circle(
            component.nodeX(k),
            component.nodeY(k),
            NODE,
            "fill",
            "var(--ink)",
            "stroke",
            "var(--paper)",
            "data-tip",
            tip);
      }
    }
    for (int k = 0; k < note.size(); k++) {
      double y = below + 4 + LINE_HEIGHT * (k + 1);
      svg.text(0, y, "start", note.get(k), "fill", "var(--soft)", "font-size", 11);
    }
    return svg;
  }

  private void edges(SvgCanvas svg, Placed component) {
    int[] order = component.order;
    for (int a = 0; a < order.length; a++) {
      for (int b = a + 1; b < order.length; b++) {
        if (graph.joins(order[a], order[b])) {
          double interference = panel.geometry().dot(order[a], order[b]);
          double size = Math.min(1, Math.abs(interference));
          svg.line(
              component.nodeX(a),
              component.nodeY(a),
              component.nodeX(b),
              component.nodeY(b),
              "stroke",
              Legend.sign(interference),
              "stroke-width",
              .6 + 1.8 * size,
              "stroke-opacity",
              .35 + .65 * size);
        }
      }
    }
  }

  /** The features of a component by their angle in its principal plane, its first one first. */
  private int[] order(int[] features) {
    Geometry geometry = panel.geometry();
    int hidden = geometry.hidden();
    double[] all = geometry.vectors();
    float[] vectors = new float[features.length * hidden];
    for (int k = 0; k < vectors.length; k++) {
      vectors[k] = (float) all[features[k / hidden] * hidden + k % hidden];
    }
    float[] axes = PrincipalAxes.of(vectors, 0, features.length, hidden, 2);
    double[] angles = new double[features.length];
    for (int k = 0; k < angles.length; k++) {
      double x = 0;
      double y = 0;
      for (int h = 0; h < hidden; h++) {
        x += vectors[k * hidden + h] * axes[h];
        y += vectors[k * hidden + h] * axes[hidden + h];
      }
      angles[k] = Math.atan2(y, x);
    }
    double first = angles[0];
    Integer[] places = new Integer[angles.length];
    Arrays.setAll(places, k -> k);
    Arrays.sort(places, Comparator.comparingDouble(k -> turn(angles[k] - first)));
    return Arrays.stream(places).mapToInt(k -> features[k]).toArray();
  }

  /** The same angle in [0, 2π). */
  private static double turn(double angle) {
    return angle < 0 ? angle + 2 * Math.PI : angle;
  }

  private static double radius(int nodes) {
    return nodes == 1
        ? 0
        : Math.min(MOST_RADIUS, Math.max(LEAST_RADIUS, nodes * ARC / (2 * Math.PI)));
  }

  /** A summary on lines that a panel has room for. */
  private static List<String> wrapped(String summary) {
    List<String> lines = new ArrayList<>();
    String line = "";
    for (String word : summary.split(" ")) {
      String longer = line.isEmpty() ? word : line + " " + word;
      if (longer.length() > LINE && !line.isEmpty()) {
        lines.add(line);
        longer = word;
      }
      line = longer;
    }
    lines.add(line);
    return lines;
  }
}
