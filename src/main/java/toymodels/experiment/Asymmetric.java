package toymodels.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import toymodels.analysis.AsymmetricMotif;
import toymodels.analysis.Neurons;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.report.Check;
import toymodels.report.Circuits;
import toymodels.report.NeuronStacks;
import toymodels.report.Report;
import toymodels.report.Table;
import toymodels.train.Study;
import toymodels.train.TrainedStudy;

/** The asymmetric superposition motif, found by program instead of by eye. */
final class Asymmetric implements Experiment {
  private static final String PAPER = "Elhage et al. 2022, The Asymmetric Superposition Motif";
  private static final int FEATURES = 10;
  private static final int NEURONS = 10;
  private static final double[] DENSITIES = {0.5, 0.2, 0.1};
  private static final int DENSE = 0;
  private static final int SPARSE = 2;

  /** How many motifs are drawn; all of them stand in the table. */
  private static final int DRAWN = 3;

  @Override
  public String name() {
    return "asymmetric";
  }

  @Override
  public String summary() {
    return "a neuron serves a strong and a weak feature while another inhibits what leaks";
  }

  @Override
  public String figure() {
    return "Computation in Superposition, The Asymmetric Superposition Motif";
  }

  @Override
  public List<Study> studies(Scale scale) {
    List<Task> tasks =
        Arrays.stream(DENSITIES)
            .mapToObj(
                p ->
                    new Task(
                        FeatureDistribution.independent(FEATURES, p).withSigns(),
                        Importance.geometric(FEATURES, 0.8)))
            .toList();
    boolean quick = scale == Scale.QUICK;
    return List.of(
        new Study(
            new ModelShape(ModelKind.ABSOLUTE_VALUE, FEATURES, NEURONS),
            tasks,
            quick ? 12 : 100,
            Plans.cosine(quick ? 6000 : 20_000, quick ? 512 : 1024, 1e-2, 0.1)));
  }

  @Override
  public Report report(List<TrainedStudy> trained) {
    List<SelectedModel> picks = SelectedModel.bestOfEach(trained.get(0));
    SelectedModel sparse = picks.get(SPARSE);
    List<AsymmetricMotif> motifs = AsymmetricMotif.in(sparse.neurons());
    return new Report(
        name(),
        "How a neuron serves two features",
        """
        When a model computes |x| for more features than it has pairs of neurons, some neurons \
        serve two features. The paper found by hand how that can work. The shared neuron reads \
        one feature with a large and the other with a small weight of the opposite sign, and \
        writes them with the reverse: the product is 1 for both, so each passes at its own size. \
        But the strong feature also reaches the weak one's output, greatly enlarged. A second \
        neuron, which the strong feature drives as well, subtracts that again: inhibition.

        Here a program looks for this motif in trained models: two weights in of opposite sign, \
        at least a factor of two apart, both served with a gain near one, and an inhibitor that \
        takes away at least half of what leaks. Dense models, which do not compute in \
        superposition, have none.""",
        List.of(
            new NeuronStacks(
                "Ten features, ten neurons",
                "Weights into each neuron of the best of %d models at each density, the largest of "
                        .formatted(trained.get(0).study().replicas())
                    + "a neuron scaled to 1. Bars of several blocks are neurons that serve several "
                    + "features; the numbers under bars are those of the table.",
                picks.stream().map(Figures::neurons).toList()),
            drawn(motifs, sparse.neurons()),
            table(motifs, sparse.neurons())),
        checks(trained.get(0), motifs, sparse.neurons()));
  }

  private static Circuits drawn(List<AsymmetricMotif> motifs, Neurons neurons) {
    return new Circuits(
        "The motif as a circuit",
        "The circuits of the largest ratios in the sparsest model: two features x, the neuron they "
            + "share, the one that inhibits, and the outputs y. What the strong feature adds to the "
            + "weak one's output by the shared neuron, the other takes away.",
        motifs.stream()
            .limit(DRAWN)
            .map(
                motif ->
                    Figures.circuit(
                        "%s serves %s and %s, %s inhibits"
                            .formatted(
                                motif.neuron(), motif.strong(), motif.weak(), motif.inhibitor()),
                        neurons,
                        new int[] {motif.strong(), motif.weak()},
                        new int[] {motif.neuron(), motif.inhibitor()}))
            .toList());
  }

  private static Table table(List<AsymmetricMotif> motifs, Neurons neurons) {
    List<List<String>> rows = new ArrayList<>();
    for (AsymmetricMotif motif : motifs) {
      int a = motif.neuron();
      rows.add(
          List.of(
              String.valueOf(a),
              "features %d, %d".formatted(motif.strong(), motif.weak()),
              "%s, %s"
                  .formatted(
                      Figures.number(neurons.in(motif.strong(), a)),
                      Figures.number(neurons.in(motif.weak(), a))),
              "%s, %s"
                  .formatted(
                      Figures.number(neurons.out(motif.strong(), a)),
                      Figures.number(neurons.out(motif.weak(), a))),
              Figures.number(motif.leak()),
              "%s by neuron %d".formatted(Figures.number(motif.inhibition()), motif.inhibitor()),
              Figures.number(motif.left(neurons) * motif.leak())));
    }
    return new Table(
        "Circuits found in the sparsest model",
        "The paper's example has weights in of 2 and -1/2, weights out of 1/2 and 2. Leak and "
            + "inhibition are what one unit of the strong feature adds to the weak one's output, the "
            + "last column what all neurons add together; what is negative the output's ReLU removes.",
        List.of(
            "neuron", "strong, weak", "weights in", "weights out", "leak", "inhibition", "in all"),
        rows);
  }

  private static List<Check> checks(
      TrainedStudy trained, List<AsymmetricMotif> motifs, Neurons sparse) {
    AsymmetricMotif first = motifs.isEmpty() ? null : motifs.get(0);
    return List.of(
        Check.atLeast("asymmetric motifs in the best model, density 0.1", PAPER, motifs.size(), 1),
        Check.atLeast(
            "largest ratio of the two weights in (the paper's example: 4)",
            PAPER,
            first == null ? Double.NaN : first.ratio(),
            AsymmetricMotif.MIN_RATIO),
        Check.atMost(
            "share of its leak that is left when all neurons are counted",
            PAPER,
            first == null ? Double.NaN : first.left(sparse),
            0.5),
        Check.atLeast(
            "share of models with the motif, density 0.1", PAPER, share(trained, SPARSE), 0.5),
        Check.atMost(
            "share of models with the motif, density 0.5", PAPER, share(trained, DENSE), 0.1));
  }

  private static double share(TrainedStudy trained, int task) {
    int replicas = trained.study().replicas();
    return IntStream.range(task * replicas, (task + 1) * replicas)
            .filter(k -> !AsymmetricMotif.in(Neurons.of(trained.models(), k)).isEmpty())
            .count()
        / (double) replicas;
  }
}
