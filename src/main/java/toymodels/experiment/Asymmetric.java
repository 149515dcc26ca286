package toymodels.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import toymodels.analysis.Neurons;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.report.Check;
import toymodels.report.NeuronStacks;
import toymodels.report.Report;
import toymodels.report.Table;
import toymodels.run.Trained;
import toymodels.train.Study;

/** The asymmetric motif: a neuron shared unequally by two features, and one that corrects it. */
final class Asymmetric implements Experiment {
  private static final String PAPER = "Elhage et al. 2022, The Asymmetric Superposition Motif";
  private static final ModelShape SHAPE = new ModelShape(ModelKind.ABSOLUTE_VALUE, 10, 10);

  /** How many times the stronger weight is the weaker: 4 in the paper's model, [2, −1/2]. */
  private static final double LEAST_RATIO = 2;

  private static final double LARGEST_RATIO = 8;

  /** A neuron that takes away at least this share of the leak corrects it. */
  private static final double CORRECTS = 0.5;

  /**
   * One motif.
   *
   * @param neuron that two features share
   * @param strong the feature with the large weight in and the small weight out
   * @param weak the other, of opposite sign in
   * @param ratio of their input weights, |strong| / |weak|
   * @param outRatio of their output weights, weak / strong
   * @param corrector the neuron that inhibits the weak feature's output most when the strong one is
   *     active
   * @param corrected the share of the leak that it takes away
   */
  private record Motif(
      int neuron,
      int strong,
      int weak,
      double ratio,
      double outRatio,
      int corrector,
      double corrected) {}

  @Override
  public String name() {
    return "asymmetric";
  }

  @Override
  public String summary() {
    return "two features share a neuron unequally, and another neuron takes the leak away";
  }

  @Override
  public String figure() {
    return "Computation in Superposition, The Asymmetric Superposition Motif";
  }

  @Override
  public List<Study> studies(Scale scale) {
    List<Task> tasks = new ArrayList<>();
    for (double p : new double[] {0.35, 0.2, 0.1}) {
      tasks.add(
          new Task(
              FeatureDistribution.independent(10, p).withSigns(), Importance.geometric(10, 0.8)));
    }
    return List.of(
        new Study(
            SHAPE,
            tasks,
            scale == Scale.QUICK ? 12 : 50,
            Plans.cosine(scale == Scale.QUICK ? 6000 : 20_000, 512, 1e-2, 0.1)));
  }

  @Override
  public Report report(List<Trained> trained) {
    List<Pick> best = Pick.bestOfEach(trained.get(0));
    List<List<Motif>> motifs = best.stream().map(p -> motifs(p.neurons().rescaled())).toList();
    int found = motifs.stream().mapToInt(List::size).sum();
    double corrected =
        motifs.stream().flatMap(List::stream).mapToDouble(Motif::corrected).max().orElse(0);
    return new Report(
        name(),
        "The asymmetric superposition motif",
        """
        How can a neuron compute for two features at once without mixing them up? Models that \
        compute absolute values have found a trick. Take a neuron that reads feature A with a \
        large weight, 2, and feature B with a small one of the other sign, −1/2; and that writes \
        A with a small weight, 1/2, and B with a large one, 2. Each feature by itself comes out \
        right, since 2 · 1/2 = 1/2 · 2. But when A is active, B receives four times too much of \
        it. A second neuron, which serves A as well, takes that away again: it writes to B with a \
        strong negative weight.

        So the leak between the two is concentrated where it can be inhibited. The table lists \
        every such pair of neurons that a program found in the best models.""",
        List.of(
            new NeuronStacks(
                "Weights in",
                "Input weights of each neuron, which is scaled so that the largest is 1. Shared "
                    + "neurons have two blocks of different size.",
                best.stream()
                    .map(p -> new NeuronStacks.Panel(Views.density(p), p.vectors(), p.hidden()))
                    .toList()),
            new NeuronStacks(
                "Weights out",
                "Output weights of the same neurons: small where the input weight is large.",
                best.stream()
                    .map(p -> new NeuronStacks.Panel(Views.density(p), p.decoder(), p.hidden()))
                    .toList()),
            table(best, motifs)),
        List.of(
            Check.atLeast("motifs found in the best models", PAPER, found, 1),
            Check.atLeast(
                "largest share of a leak that a second neuron takes away",
                PAPER,
                corrected,
                CORRECTS)));
  }

  /** Every neuron with the motif's two weights, and the neuron that corrects it. */
  private static List<Motif> motifs(Neurons neurons) {
    List<Motif> motifs = new ArrayList<>();
    for (int a = 0; a < neurons.hidden(); a++) {
      for (int strong = 0; strong < neurons.features(); strong++) {
        for (int weak = 0; weak < neurons.features(); weak++) {
          double ratio = -neurons.in(strong, a) / neurons.in(weak, a);
          boolean shared =
              Math.abs(neurons.in(strong, a)) == 1
                  && neurons.largest(a) > 0
                  && ratio >= LEAST_RATIO
                  && ratio <= LARGEST_RATIO
                  && neurons.out(strong, a) > 0
                  && neurons.out(weak, a) > neurons.out(strong, a);
          if (shared) {
            addCorrected(neurons, a, strong, weak, ratio, motifs);
          }
        }
      }
    }
    return motifs;
  }

  private static void addCorrected(
      Neurons neurons, int a, int strong, int weak, double ratio, List<Motif> motifs) {
    double leak = neurons.out(weak, a) * Math.abs(neurons.in(strong, a));
    int corrector = a;
    double corrected = 0;
    for (int c = 0; c < neurons.hidden(); c++) {
      boolean together = neurons.in(strong, a) * neurons.in(strong, c) > 0;
      double taken = -neurons.out(weak, c) * Math.abs(neurons.in(strong, c)) / leak;
      if (c != a && together && taken > corrected) {
        corrector = c;
        corrected = taken;
      }
    }
    if (corrected >= CORRECTS) {
      double outRatio = neurons.out(weak, a) / neurons.out(strong, a);
      motifs.add(new Motif(a, strong, weak, ratio, outRatio, corrector, corrected));
    }
  }

  private static Table table(List<Pick> best, List<List<Motif>> motifs) {
    List<List<String>> rows = new ArrayList<>();
    for (int k = 0; k < best.size(); k++) {
      for (Motif m : motifs.get(k)) {
        rows.add(
            List.of(
                Views.number(best.get(k).density()),
                "%d".formatted(m.neuron + 1),
                "%d and %d".formatted(m.strong + 1, m.weak + 1),
                decimal(m.ratio),
                decimal(m.outRatio),
                "%d".formatted(m.corrector + 1),
                decimal(m.corrected)));
      }
    }
    return new Table(
        "Motifs found",
        "In the paper's example the input weights differ by a factor of 4, and so do the output "
            + "weights.",
        List.of(
            "density",
            "neuron",
            "features, strong and weak",
            "ratio of weights in",
            "ratio of weights out",
            "correcting neuron",
            "share of the leak it takes"),
        rows);
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
