package toymodels.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Draws {@link NeuronStacks} as the paper's computation figures do: each neuron a stack of
 * |weight|, one block a feature, the largest below; negative weights are hatched. Neurons that
 * serve one feature stand first, in the order of their features. Each panel has a scale of its own,
 * since stacks grow many times as features get rarer; the note below tells it. The number under a
 * bar is the neuron's column of W, from 0.
 */
final class NeuronStacksSvg {
  private static final double HEIGHT = 130;
  private static final double TOP = 24;
  private static final double BOTTOM = 34;
  private static final double LEAST_WIDTH = 200;

  /** Bars at least this far apart have numbers in the usual small font, others in a smaller one. */
  private static final double ROOMY = 14;

  private static final double DIGIT = .58;

  /** A neuron is monosemantic when no other weight exceeds this part of its largest. */
  private static final double MONOSEMANTIC = .25;

  /** Weights below this part of the tallest stack are under a pixel high and left out. */
  private static final double NEGLIGIBLE = .004;

  private final NeuronWeights panel;
  private final double tallest;

  private NeuronStacksSvg(NeuronWeights panel) {
    this.panel = panel;
    double most = 0;
    for (int k = 0; k < panel.neurons(); k++) {
      double sum = 0;
      for (int i = 0; i < panel.features(); i++) {
        sum += Math.abs(panel.weight(i, k));
      }
      most = Math.max(most, sum);
    }
    tallest = most > 0 ? most : 1;
  }

  static PanelFigure draw(NeuronStacks figure) {
    List<SvgCanvas> panels =
        figure.panels().stream().map(p -> new NeuronStacksSvg(p).drawn()).toList();
    int most = figure.panels().stream().mapToInt(NeuronWeights::features).max().orElse(1);
    SvgCanvas key =
        Legend.sequential("feature (negative weights hatched)", Integer.toString(most - 1), "0");
    return new PanelFigure(panels, Optional.of(key));
  }

  private SvgCanvas drawn() {
    List<Integer> neurons = new ArrayList<>(IntStream.range(0, panel.neurons()).boxed().toList());
    neurons.sort(
        Comparator.<Integer>comparingInt(k -> monosemantic(panel, k) ? 0 : 1)
            .thenComparingInt(k -> ordered(panel, k).get(0)));
    long mono = neurons.stream().filter(k -> monosemantic(panel, k)).count();
    double pitch = Math.max(6, Math.min(34, LEAST_WIDTH / panel.neurons()));
    double width = Math.max(LEAST_WIDTH, pitch * panel.neurons());
    String count = mono + " of " + panel.neurons() + " neurons monosemantic";
    String height = "tallest stack Σ|w| = " + NumberFormat.plain(tallest, 2);
    double note = TOP + HEIGHT + 3 + (staggered(pitch) ? 2 : 1) * line(pitch);
    SvgCanvas svg = new SvgCanvas(width, note + BOTTOM, panel.label() + ": " + count);
    svg.title(0, "start", panel.label(), width);
    svg.line(0, TOP + HEIGHT + .5, width, TOP + HEIGHT + .5, "stroke", "var(--rule)");
    for (int at = 0; at < neurons.size(); at++) {
      stack(svg, neurons.get(at), at * pitch, pitch);
      number(svg, neurons.get(at), at, pitch);
    }
    svg.text(0, note + 15, "start", count, "fill", "var(--soft)", "font-size", 11);
    svg.text(0, note + 29, "start", height, "fill", "var(--soft)", "font-size", 11);
    return svg;
  }

  /** Numbers that would touch stand on two lines in turn; those that would even then are fewer. */
  private void number(SvgCanvas svg, int neuron, int at, double pitch) {
    int every = (int) Math.ceil(room(pitch) / (2 * pitch));
    if (at % every == 0) {
      boolean second = staggered(pitch) && at / every % 2 == 1;
      svg.text(
          Math.max(at * pitch + bar(pitch) / 2, room(pitch) / 2),
          TOP + HEIGHT + (second ? 2 : 1) * line(pitch),
          "middle",
          Integer.toString(neuron),
          "fill",
          "var(--soft)",
          "font-size",
          font(pitch));
    }
  }

  private boolean staggered(double pitch) {
    return room(pitch) > pitch;
  }

  /** Width of the longest number, with a gap to the next. */
  private double room(double pitch) {
    return Integer.toString(panel.neurons() - 1).length() * DIGIT * font(pitch) + 2;
  }

  private static double font(double pitch) {
    return pitch < ROOMY ? 7.5 : 10;
  }

  private static double line(double pitch) {
    return 1.15 * font(pitch);
  }

  private static double bar(double pitch) {
    return pitch * (pitch > 12 ? .8 : .86);
  }

  private void stack(SvgCanvas svg, int neuron, double x, double pitch) {
    double width = bar(pitch);
    double bottom = TOP + HEIGHT;
    int last = Math.max(1, panel.features() - 1);
    for (int feature : ordered(panel, neuron)) {
      double weight = panel.weight(feature, neuron);
      if (Math.abs(weight) < NEGLIGIBLE * tallest) {
        break;
      }
      double height = Math.abs(weight) / tallest * HEIGHT;
      bottom -= height;
      svg.rect(
          x,
          bottom,
          width,
          height,
          "fill",
          ReportTheme.level(1 - (double) feature / last),
          "stroke",
          "var(--paper)",
          "stroke-width",
          Math.min(1, height / 4),
          "data-tip",
          "neuron %s, feature %s\nweight %s"
              .formatted(neuron, feature, NumberFormat.plain(weight, 3)));
      if (weight < 0) {
        for (double y = bottom + 2; y < bottom + height - .5; y += 3) {
          svg.line(x, y, x + width, y, "stroke", "var(--paper)", "pointer-events", "none");
        }
      }
    }
  }

  /** Features by their weight on a neuron, the largest first. */
  private static List<Integer> ordered(NeuronWeights panel, int neuron) {
    List<Integer> features = new ArrayList<>(IntStream.range(0, panel.features()).boxed().toList());
    features.sort(Comparator.comparingDouble(i -> -Math.abs(panel.weight(i, neuron))));
    return features;
  }

  private static boolean monosemantic(NeuronWeights panel, int neuron) {
    List<Integer> order = ordered(panel, neuron);
    double largest = Math.abs(panel.weight(order.get(0), neuron));
    return order.size() == 1
        || largest > 0 && Math.abs(panel.weight(order.get(1), neuron)) <= MONOSEMANTIC * largest;
  }
}
