package toymodels.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import toymodels.analysis.EvaluatedLosses;
import toymodels.analysis.Evaluation;
import toymodels.analysis.LossEstimates;
import toymodels.model.ModelBatch;
import toymodels.run.config.RunConfig;
import toymodels.run.file.Disk;
import toymodels.run.file.SafetensorsWriter;
import toymodels.run.file.Tensor;
import toymodels.train.Checkpoint;
import toymodels.train.ModelSlice;

/**
 * Trained models as one safetensors file: {@code final.safetensors} or a checkpoint.
 *
 * <p>Arrays: {@code W} (models, features, hidden), {@code b_final} (models, features), {@code
 * W_out} like W where decoders are their own, {@code adam.m.*} and {@code adam.v.*} of each, {@code
 * loss}, {@code diverged_at} and {@code model_id} (models); in finals {@code eval.loss} and {@code
 * eval.loss_error} (models), and where the best were measured again {@code eval.fresh} and {@code
 * eval.fresh_error} (models), NaN for all others. The metadata names format, kind, arithmetic, step
 * and steps, seed, and the hashes of config, data and header; nothing of machine, time or version,
 * so that the same seed gives the same file.
 *
 * @param state parameters, moments (zero where the file has none), losses, frozen models
 * @param ids the id of each model in its study, (models)
 * @param evaluation Σᵢ Iᵢ (xᵢ − x'ᵢ)² of each model, held out or exact, in finals
 * @param metadata as in the file
 */
public record SavedModels(
    Checkpoint state,
    long[] ids,
    Optional<EvaluatedLosses> evaluation,
    Map<String, String> metadata) {
  static final String FORMAT_PREFIX = "toymodels-";
  static final int FORMAT = 1;

  /**
   * Reads a file that {@code toymodels} wrote, checking its hashes.
   *
   * @throws toymodels.run.file.DamagedFileException if it is altered, cut short, newer, or none
   * @throws toymodels.run.file.StorageException if it cannot be read
   */
  public static SavedModels read(Path file) {
    return SavedModelsReader.read(file);
  }

  /** The steps that the plan asked for. */
  public int plannedSteps() {
    return Integer.parseInt(metadata.get("steps"));
  }

  /** Writes a checkpoint, or a final where there are evaluation losses. */
  static void write(
      Disk disk,
      Path file,
      RunConfig config,
      ModelSlice range,
      Checkpoint state,
      Optional<EvaluatedLosses> evaluation,
      String arithmetic) {
    List<Tensor> tensors = new ArrayList<>(weights("", state.weights()));
    tensors.addAll(weights("adam.m.", state.firstMoments()));
    tensors.addAll(weights("adam.v.", state.secondMoments()));
    tensors.add(Tensor.floats("loss", state.losses(), state.models()));
    tensors.add(Tensor.ints("diverged_at", state.divergedAt(), state.models()));
    tensors.add(ids(range));
    Map<String, String> metadata = metadata(config, state.step(), arithmetic);
    evaluation.ifPresent(
        losses -> {
          tensors.addAll(evaluationTensors(losses));
          metadata.putAll(evaluationMetadata(losses));
        });
    boolean readBack = config.checkpoints().readBack();
    SafetensorsWriter.write(disk, file, readBack, metadata, tensors);
  }

  /** What was measured of each model; a run of version 0.1 keeps its one array. */
  static List<Tensor> evaluationTensors(EvaluatedLosses evaluated) {
    List<Tensor> tensors = new ArrayList<>();
    LossEstimates losses = evaluated.losses();
    tensors.add(doubles("eval.loss", losses.means()));
    if (evaluated.method() != Evaluation.Method.OWN_SAMPLES) {
      tensors.add(doubles("eval.loss_error", losses.standardErrors()));
    }
    if (evaluated.hasFresh()) {
      tensors.add(doubles("eval.fresh", evaluated.fresh().means()));
      tensors.add(doubles("eval.fresh_error", evaluated.fresh().standardErrors()));
    }
    return tensors;
  }

  private static Tensor doubles(String name, double[] values) {
    return Tensor.doubles(name, values, values.length);
  }

  private static Map<String, String> evaluationMetadata(EvaluatedLosses evaluated) {
    Map<String, String> metadata = new LinkedHashMap<>();
    if (evaluated.method() != Evaluation.Method.OWN_SAMPLES) {
      metadata.put("eval_method", evaluated.method().configName());
    }
    if (evaluated.method() == Evaluation.Method.HELD_OUT) {
      metadata.put("eval_samples", Integer.toString(evaluated.samples()));
    }
    return metadata;
  }

  /** What the metadata of every file of a run says; the writer adds its hashes. */
  static Map<String, String> metadata(RunConfig config, int step, String arithmetic) {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("format", FORMAT_PREFIX + FORMAT);
    metadata.put("kind", config.study().shape().kind().configName());
    metadata.put("arithmetic", arithmetic);
    metadata.put("step", Integer.toString(step));
    metadata.put("steps", Integer.toString(config.study().plan().steps()));
    metadata.put("seed", Long.toString(config.study().plan().seed()));
    metadata.put("config_sha256", config.sha256());
    return metadata;
  }

  private static Tensor ids(ModelSlice range) {
    long[] ids = new long[range.count()];
    for (int k = 0; k < ids.length; k++) {
      ids[k] = range.first() + k;
    }
    return Tensor.longs("model_id", ids, ids.length);
  }

  static List<Tensor> weights(String prefix, ModelBatch batch) {
    long models = batch.models();
    long features = batch.shape().features();
    long hidden = batch.shape().hidden();
    List<Tensor> tensors = new ArrayList<>();
    tensors.add(Tensor.floats(prefix + "W", batch.encoder(), models, features, hidden));
    if (!batch.shape().kind().tied()) {
      tensors.add(Tensor.floats(prefix + "W_out", batch.decoder(), models, features, hidden));
    }
    tensors.add(Tensor.floats(prefix + "b_final", batch.biases(), models, features));
    return tensors;
  }
}
