package toymodels.experiment;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import toymodels.analysis.CanonicalForm;
import toymodels.analysis.ExactLoss;
import toymodels.analysis.Findings;
import toymodels.analysis.Geometry;
import toymodels.analysis.HeldOutLoss;
import toymodels.analysis.LossEstimates;
import toymodels.analysis.Neurons;
import toymodels.analysis.Selection;
import toymodels.data.Task;
import toymodels.model.ModelBatch;
import toymodels.train.ModelSlice;
import toymodels.train.Study;
import toymodels.train.TrainedStudy;

/**
 * One trained model picked out of a study, with the loss it was picked by.
 *
 * <p>Small models fall into local minima (with two hidden dimensions most of all), so the paper
 * trains many and shows the best; so do we. The loss is E Σᵢ Iᵢ (xᵢ − x'ᵢ)², the sum over features:
 * exact for few features, else on held-out samples, the same for all models of a task, so that
 * chance does not decide between them. The few best of a heat are measured again on fresh samples:
 * the least of many noisy losses is too low.
 *
 * @param trained the study it was trained in
 * @param model its id there
 * @param loss its exact or held-out loss
 * @param standardError of the loss; 0 where it is exact
 */
record SelectedModel(TrainedStudy trained, int model, double loss, double standardError) {
  /** Fewest held-out samples of a heat; the final is run over {@link HeldOutLoss#SAMPLES}. */
  private static final int HEAT_SAMPLES = 1 << 14;

  /** Samples times weights of a heat: losses of small models vary more, and cost less. */
  private static final int HEAT_WORK = 1 << 21;

  /** Models of a task that reach the final. */
  private static final int FINALISTS = 8;

  /** Weights from which a model is measured over fewer samples: its loss averages over features. */
  private static final int LARGE = 1000;

  /** Norm above which a feature counts as represented, here as in the paper's figures. */
  static final double LIVE = Findings.REPRESENTED;

  /** The model of least loss among those of one task. */
  static SelectedModel best(TrainedStudy trained, int task) {
    return ranked(trained, task).get(0);
  }

  /** Models of one task by loss, lowest first: at most as many as reach the final. */
  static List<SelectedModel> ranked(TrainedStudy trained, int task) {
    return ranked(trained, task, pick -> true);
  }

  private static List<SelectedModel> ranked(
      TrainedStudy trained, int task, Predicate<SelectedModel> which) {
    Study study = trained.study();
    int first = task * study.replicas();
    if (isExact(study, task)) {
      double[] losses = exactLosses(trained, first, study.replicas());
      return picks(trained, first, losses).filter(which).toList();
    }
    // One model alone needs no heat to reach the final.
    double[] heat = study.replicas() == 1 ? new double[1] : losses(trained, task);
    List<SelectedModel> finalists =
        picks(trained, first, heat).filter(which).limit(FINALISTS).toList();
    return finalists.stream()
        .parallel()
        .map(SelectedModel::measuredAgain)
        .sorted(Comparator.comparingDouble(SelectedModel::loss))
        .toList();
  }

  private static Stream<SelectedModel> picks(TrainedStudy trained, int first, double[] losses) {
    return Arrays.stream(Selection.ranked(losses, 0, losses.length))
        .mapToObj(k -> new SelectedModel(trained, first + k, losses[k], 0));
  }

  /** This model with its loss on fresh samples. */
  private SelectedModel measuredAgain() {
    LossEstimates fresh =
        heldOut(trained, model, 1, finalSamples(trained.study()), HeldOutLoss.Samples.FRESH);
    return new SelectedModel(trained, model, finite(fresh.means()[0]), fresh.standardErrors()[0]);
  }

  /** The exact losses of {@code count} models from {@code first}; infinite where diverged. */
  static double[] exactLosses(TrainedStudy trained, int first, int count) {
    return IntStream.range(first, first + count)
        .parallel()
        .mapToDouble(k -> exact(trained, k))
        .toArray();
  }

  private static boolean isExact(Study study, int task) {
    return ExactLoss.isCheap(study.shape(), study.tasks().get(task));
  }

  private static double exact(TrainedStudy trained, int model) {
    return trained.models().isFinite(model)
        ? ExactLoss.of(trained.study().task(model), trained.models(), model)
        : Double.POSITIVE_INFINITY;
  }

  /** Loss of every model of a task as measured in the heats, (replicas). */
  static double[] losses(TrainedStudy trained, int task) {
    Study study = trained.study();
    int replicas = study.replicas();
    int samples =
        Math.max(HEAT_SAMPLES, Math.min(HEAT_WORK / study.shape().weights(), HeldOutLoss.SAMPLES));
    LossEstimates heat =
        heldOut(trained, task * replicas, replicas, samples, HeldOutLoss.Samples.COMMON);
    return Arrays.stream(heat.means()).map(SelectedModel::finite).toArray();
  }

  private static LossEstimates heldOut(
      TrainedStudy trained, int first, int count, int samples, HeldOutLoss.Samples which) {
    return HeldOutLoss.of(
        trained.study(),
        new ModelSlice(first, count),
        trained.models().slice(first, count),
        samples,
        which);
  }

  private static int finalSamples(Study study) {
    return study.shape().weights() < LARGE ? HeldOutLoss.SAMPLES : HEAT_SAMPLES;
  }

  private static double finite(double loss) {
    return Double.isNaN(loss) ? Double.POSITIVE_INFINITY : loss;
  }

  /** The loss of another model on the samples that decide between the models of a task. */
  static double lossOf(Study study, int model, ModelBatch other) {
    LossEstimates loss =
        HeldOutLoss.of(
            study, new ModelSlice(model, 1), other, finalSamples(study), HeldOutLoss.Samples.FRESH);
    return finite(loss.means()[0]);
  }

  /** The best model of every task, in order of tasks. */
  static List<SelectedModel> bestOfEach(TrainedStudy trained) {
    return IntStream.range(0, trained.study().tasks().size())
        .mapToObj(task -> best(trained, task))
        .toList();
  }

  /** The model of least loss among those of the same task that {@code which} accepts, if any. */
  Optional<SelectedModel> rival(Predicate<SelectedModel> which) {
    return ranked(trained, model / trained.study().replicas(), which).stream().findFirst();
  }

  Task task() {
    return trained.study().task(model);
  }

  double density() {
    return task().inputs().density(0);
  }

  Geometry geometry() {
    return Geometry.of(trained.models(), model);
  }

  Neurons neurons() {
    return Neurons.of(trained.models(), model);
  }

  /** Features with a norm above {@link #LIVE}. */
  int live() {
    return geometry().live(LIVE);
  }

  int features() {
    return trained.study().shape().features();
  }

  int hidden() {
    return trained.study().shape().hidden();
  }

  /** W, (features, hidden). */
  float[] vectors() {
    return vectors(trained.models());
  }

  private float[] vectors(ModelBatch models) {
    int w = models.shape().weights();
    return Arrays.copyOfRange(models.encoder(), model * w, (model + 1) * w);
  }

  /** W turned so that its first represented features claim the axes, (features, hidden). */
  float[] canonicalVectors() {
    Geometry geometry = geometry();
    double[] turned = CanonicalForm.of(geometry.vectors(), hidden(), geometry.liveFeatures(LIVE));
    float[] vectors = new float[turned.length];
    for (int k = 0; k < turned.length; k++) {
      vectors[k] = (float) turned[k];
    }
    return vectors;
  }

  /** W at every recorded step, each (features, hidden). */
  List<float[]> history() {
    return trained.history().keyframes().stream().map(this::vectors).toList();
  }

  /** W_out, (features, hidden). */
  float[] decoder() {
    int w = trained.study().shape().weights();
    return Arrays.copyOfRange(trained.models().decoder(), model * w, (model + 1) * w);
  }

  /** b, (features). */
  double[] biases() {
    double[] biases = new double[features()];
    for (int i = 0; i < biases.length; i++) {
      biases[i] = trained.models().biases()[model * biases.length + i];
    }
    return biases;
  }
}
