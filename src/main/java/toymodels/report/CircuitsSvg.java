package toymodels.report;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Draws {@link Circuits} from left to right: features, neurons, outputs, and a line for each weight
 * that counts, the wider and stronger the larger it is, with its value. Neurons stand in the order
 * of the features that drive them, so that few lines cross.
 */
final class CircuitsSvg {
  private static final double WIDTH = 340;
  private static final double TOP = 22;
  private static final double ROW = 36;

  /** Two rows are set farther apart, for their lines to cross at an angle that can be read. */
  private static final double LEAST_HEIGHT = 116;

  private static final double NODE = 13;
  private static final double INPUTS = 18;
  private static final double NEURONS = WIDTH / 2;
  private static final double OUTPUTS = WIDTH - 18;

  /** Where on its line a weight stands, from the feature's end: where crossing lines are apart. */
  private static final double NUMBER_AT = .34;

  /** Weights below this share of the largest on their side are left out. */
  private static final double FAINT = .05;

  private final Circuits.Panel panel;
  private final int[] order;
  private final double height;

  private CircuitsSvg(Circuits.Panel panel) {
    this.panel = panel;
    int rows = Math.max(panel.features().length, panel.neurons().length);
    height = Math.max(LEAST_HEIGHT, ROW * rows);
    order =
        IntStream.range(0, panel.neurons().length)
            .boxed()
            .sorted(Comparator.comparingDouble(this::middle))
            .mapToInt(Integer::intValue)
            .toArray();
  }

  static PanelFigure draw(Circuits figure) {
    List<SvgCanvas> panels = figure.panels().stream().map(p -> new CircuitsSvg(p).drawn()).toList();
    return new PanelFigure(panels, Optional.of(Legend.signs("weight")));
  }

  /** The mean place of the features that drive a neuron. */
  private double middle(int neuron) {
    double sum = 0;
    double weighted = 0;
    for (int i = 0; i < panel.features().length; i++) {
      double weight = Math.abs(panel.in()[i * panel.neurons().length + neuron]);
      sum += weight;
      weighted += weight * i;
    }
    return sum > 0 ? weighted / sum : 0;
  }

  private SvgCanvas drawn() {
    int features = panel.features().length;
    SvgCanvas svg =
        new SvgCanvas(
            WIDTH,
            TOP + height,
            "%s: features %s through neurons %s"
                .formatted(
                    panel.label(),
                    Arrays.toString(panel.features()),
                    Arrays.toString(panel.neurons())));
    svg.title(0, "start", panel.label(), WIDTH);
    side(svg, panel.in(), INPUTS, "feature %s into neuron %s");
    side(svg, panel.out(), OUTPUTS, "output %s from neuron %s");
    for (int i = 0; i < features; i++) {
      node(svg, INPUTS, y(i, features), "x" + subscript(panel.features()[i]));
      node(svg, OUTPUTS, y(i, features), "y" + subscript(panel.features()[i]));
    }
    for (int place = 0; place < order.length; place++) {
      String number = Integer.toString(panel.neurons()[order[place]]);
      node(svg, NEURONS, y(place, order.length), number);
    }
    return svg;
  }

  /** The weights between neurons and the features at {@code x}: lines first, then their values. */
  private void side(SvgCanvas svg, double[] weights, double x, String tip) {
    double largest = Arrays.stream(weights).map(Math::abs).max().orElse(0);
    int features = panel.features().length;
    for (boolean numbers : new boolean[] {false, true}) {
      for (int i = 0; i < features; i++) {
        for (int place = 0; place < order.length; place++) {
          double weight = weights[i * order.length + order[place]];
          if (Math.abs(weight) > FAINT * largest) {
            double from = y(i, features);
            double to = y(place, order.length);
            if (numbers) {
              number(svg, x + NUMBER_AT * (NEURONS - x), from + NUMBER_AT * (to - from), weight);
            } else {
              String text = tip.formatted(panel.features()[i], panel.neurons()[order[place]]);
              line(svg, x, from, to, weight, Math.abs(weight) / largest, text);
            }
          }
        }
      }
    }
  }

  private static void line(
      SvgCanvas svg, double x, double from, double to, double weight, double share, String tip) {
    svg.line(
        x,
        from,
        NEURONS,
        to,
        "stroke",
        Legend.sign(weight),
        "stroke-width",
        .8 + 2.4 * share,
        "stroke-opacity",
        .4 + .6 * share,
        "data-tip",
        tip + "\nweight " + NumberFormat.plain(weight, 3));
  }

  private static void number(SvgCanvas svg, double x, double y, double weight) {
    svg.text(
        x,
        y + 3.5,
        "middle",
        NumberFormat.typeset(NumberFormat.plain(weight, 2)),
        "font-size",
        10.5,
        "fill",
        "var(--ink)",
        "stroke",
        "var(--paper)",
        "stroke-width",
        3,
        "paint-order",
        "stroke",
        "pointer-events",
        "none");
  }

  private static void node(SvgCanvas svg, double x, double y, String name) {
    svg.circle(x, y, NODE, "fill", "var(--paper)", "stroke", "var(--ink)");
    svg.text(x, y + 4, "middle", name, "font-size", 11, "fill", "var(--ink)");
  }

  /** Of one of {@code count} nodes, spread evenly over the height, alone in the middle. */
  private double y(int place, int count) {
    return TOP + (place + .5) * height / count;
  }

  private static String subscript(int number) {
    StringBuilder out = new StringBuilder();
    Integer.toString(number).chars().forEach(digit -> out.append((char) ('₀' + digit - '0')));
    return out.toString();
  }
}
