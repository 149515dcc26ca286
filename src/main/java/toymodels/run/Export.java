package toymodels.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import toymodels.analysis.ExactLoss;
import toymodels.analysis.Findings;
import toymodels.analysis.HeldOutLoss;
import toymodels.analysis.LossEstimates;
import toymodels.data.Inputs;
import toymodels.data.Task;
import toymodels.model.ModelBatch;
import toymodels.run.file.AtomicFile;
import toymodels.run.file.Npz;
import toymodels.run.file.SafetensorsWriter;
import toymodels.run.file.Tensor;
import toymodels.train.ModelSlice;
import toymodels.train.Study;

/** Writes trained models for other programs; never over an existing file. */
public final class Export {
  /** Held-out samples that go with the models, so that others can compute the loss again. */
  static final int ROWS = HeldOutLoss.BLOCK;

  /** How W is laid out. */
  public enum Layout {
    /** (models, features, hidden), as in the paper's notebook. */
    ANTHROPIC,
    /** (models, hidden, features), as in ARENA's course. */
    ARENA
  }

  private Export() {}

  /**
   * As NumPy's archive: the arrays of the run's final file; task and replica of each model; density
   * and importance of each task (tasks, features); and what each model learned: {@code represented}
   * and {@code dimensions_per_feature} (models), {@code dimensionality} (models, features), {@code
   * geometry} (models) as text, {@code exact_loss} (models), NaN where there is none.
   *
   * @param samples whether to add {@value #ROWS} held-out samples {@code eval.x} (tasks, rows,
   *     features) with the loss {@code eval.loss_1024} (models) that they give, Σᵢ Iᵢ (tᵢ − x'ᵢ)²
   */
  public static void npz(Study study, SavedModels models, boolean samples, Path file) {
    List<Tensor> tensors = new ArrayList<>(arrays(models));
    tensors.addAll(tasks(study, models));
    tensors.addAll(findings(study, models));
    if (samples) {
      tensors.addAll(samples(study, models));
    }
    Npz.create(file, tensors);
  }

  /** As safetensors, parameters alone, W in a layout of choice. */
  public static void safetensors(SavedModels models, Layout layout, Path file) {
    ModelBatch batch = models.state().weights();
    List<Tensor> tensors = new ArrayList<>();
    for (Tensor tensor : SavedModels.weights("", batch)) {
      boolean matrix = tensor.name().startsWith("W") && layout == Layout.ARENA;
      tensors.add(matrix ? transposed(tensor.name(), batch) : tensor);
    }
    SafetensorsWriter.create(
        file, Map.of("kind", batch.shape().kind().configName(), "layout", name(layout)), tensors);
  }

  private static String name(Layout layout) {
    return layout == Layout.ARENA ? "arena" : "anthropic";
  }

  private static Tensor transposed(String name, ModelBatch batch) {
    int n = batch.shape().features();
    int m = batch.shape().hidden();
    float[] from = name.equals("W") ? batch.encoder() : batch.decoder();
    float[] to = new float[from.length];
    for (int k = 0; k < batch.models(); k++) {
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < m; j++) {
          to[(k * m + j) * n + i] = from[(k * n + i) * m + j];
        }
      }
    }
    return Tensor.floats(name, to, batch.models(), m, n);
  }

  /** As text, one row a model: ids, mean density, losses, biases, W, W_out. */
  public static void csv(Study study, SavedModels models, Path file) {
    AtomicFile.create(
        file,
        out -> {
          out.ascii(CsvRows.header(study.shape()));
          for (int k = 0; k < models.state().models(); k++) {
            out.ascii(CsvRows.row(study, models, k));
          }
        });
  }

  private static List<Tensor> arrays(SavedModels models) {
    int count = models.state().models();
    List<Tensor> tensors = new ArrayList<>(SavedModels.weights("", models.state().weights()));
    tensors.add(Tensor.floats("loss", models.state().losses(), count));
    tensors.add(Tensor.ints("diverged_at", models.state().divergedAt(), count));
    tensors.add(Tensor.longs("model_id", models.ids(), count));
    models.evaluation().ifPresent(e -> tensors.addAll(SavedModels.evaluationTensors(e)));
    return tensors;
  }

  private static List<Tensor> tasks(Study study, SavedModels models) {
    int n = study.shape().features();
    List<Task> tasks = study.tasks();
    int[] taskOf = new int[models.ids().length];
    int[] replicaOf = new int[taskOf.length];
    for (int k = 0; k < taskOf.length; k++) {
      taskOf[k] = study.taskIndex((int) models.ids()[k]);
      replicaOf[k] = (int) models.ids()[k] % study.replicas();
    }
    double[] density = new double[tasks.size() * n];
    double[] importance = new double[tasks.size() * n];
    for (int t = 0; t < tasks.size(); t++) {
      for (int i = 0; i < n; i++) {
        density[t * n + i] = tasks.get(t).inputs().density(i);
        importance[t * n + i] = tasks.get(t).importance().of(i);
      }
    }
    return List.of(
        Tensor.ints("task", taskOf, taskOf.length),
        Tensor.ints("replica", replicaOf, taskOf.length),
        Tensor.doubles("density", density, tasks.size(), n),
        Tensor.doubles("importance", importance, tasks.size(), n));
  }

  private static List<Tensor> findings(Study study, SavedModels models) {
    int count = models.state().models();
    int n = study.shape().features();
    ModelBatch batch = models.state().weights();
    int[] represented = new int[count];
    double[] dimensionsPerFeature = new double[count];
    double[] dimensionality = new double[count * n];
    double[] exact = new double[count];
    String[] geometry = new String[count];
    IntStream.range(0, count)
        .parallel()
        .forEach(
            k -> {
              Findings findings = Findings.of(batch, k);
              represented[k] = findings.represented();
              dimensionsPerFeature[k] = findings.dimensionsPerFeature();
              System.arraycopy(findings.dimensionality(), 0, dimensionality, k * n, n);
              geometry[k] = findings.geometry();
              exact[k] =
                  ExactLoss.ofFinite(study.task((int) models.ids()[k]), batch, k)
                      .orElse(Double.NaN);
            });
    return List.of(
        Tensor.ints("represented", represented, count),
        Tensor.doubles("dimensions_per_feature", dimensionsPerFeature, count),
        Tensor.doubles("dimensionality", dimensionality, count, n),
        Tensor.doubles("exact_loss", exact, count),
        Tensor.texts("geometry", geometry));
  }

  private static List<Tensor> samples(Study study, SavedModels models) {
    int n = study.shape().features();
    int tasks = study.tasks().size();
    float[] x = new float[Math.multiplyExact(tasks * ROWS, n)];
    float[] drawn = new float[ROWS * n];
    for (int t = 0; t < tasks; t++) {
      new Inputs(study.tasks().get(t).inputs()).drawHeldOut(study.evaluationKey(t), 0, ROWS, drawn);
      System.arraycopy(drawn, 0, x, t * drawn.length, drawn.length);
    }
    LossEstimates losses =
        HeldOutLoss.of(
            study,
            new ModelSlice((int) models.ids()[0], models.state().models()),
            models.state().weights(),
            ROWS,
            HeldOutLoss.Samples.COMMON);
    return List.of(
        Tensor.floats("eval.x", x, tasks, ROWS, n),
        Tensor.doubles("eval.loss_" + ROWS, losses.means(), losses.models()));
  }
}
