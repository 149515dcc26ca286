package toymodels.run;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import toymodels.analysis.EvaluatedLosses;
import toymodels.analysis.Evaluation;
import toymodels.analysis.LossEstimates;
import toymodels.model.ModelBatch;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.run.file.DType;
import toymodels.run.file.DamagedFileException;
import toymodels.run.file.HeapBudget;
import toymodels.run.file.PrintableText;
import toymodels.run.file.Safetensors;
import toymodels.run.file.TensorInfo;
import toymodels.train.Checkpoint;

/** Reads {@link SavedModels}, trusting nothing. */
final class SavedModelsReader {
  private final Safetensors tensors;

  private SavedModelsReader(Safetensors tensors) {
    this.tensors = tensors;
  }

  static SavedModels read(Path file) {
    try (Safetensors tensors = Safetensors.open(file)) {
      return new SavedModelsReader(tensors).read();
    }
  }

  private SavedModels read() {
    requireFormat();
    tensors.verify();
    ModelShape shape = shape();
    int models = models();
    HeapBudget.require(tensors.file(), "its models", bytes(shape, models));
    ModelBatch weights = batch(shape, models, "");
    boolean moments = tensors.find("adam.m.W").isPresent();
    ModelBatch m = moments ? batch(shape, models, "adam.m.") : new ModelBatch(shape, models);
    ModelBatch v = moments ? batch(shape, models, "adam.v.") : new ModelBatch(shape, models);
    float[] losses = new float[models];
    int[] divergedAt = new int[models];
    Arrays.fill(divergedAt, Checkpoint.NOT_DIVERGED);
    if (moments) {
      losses = tensors.floats(expect("loss", DType.F32, models));
      divergedAt = tensors.ints(expect("diverged_at", DType.I32, models));
    }
    long[] ids = tensors.longs(expect("model_id", DType.I64, models));
    Optional<EvaluatedLosses> evaluation = evaluation(models);
    int step = number("step");
    number("steps");
    return new SavedModels(
        new Checkpoint(step, weights, m, v, losses, divergedAt),
        ids,
        evaluation,
        tensors.metadata());
  }

  private Optional<EvaluatedLosses> evaluation(int models) {
    if (tensors.find("eval.loss").isEmpty()) {
      return Optional.empty();
    }
    LossEstimates losses = estimates("eval.loss", models);
    LossEstimates fresh = estimates("eval.fresh", models);
    String word = tensors.metadata().getOrDefault("eval_method", "own-samples");
    Evaluation.Method method =
        Evaluation.Method.of(word)
            .orElseThrow(
                () -> damaged("its eval_method is '" + PrintableText.printable(word) + "'"));
    int samples = method == Evaluation.Method.HELD_OUT ? number("eval_samples") : 0;
    return Optional.of(new EvaluatedLosses(method, samples, losses, fresh));
  }

  /** An array and the one of its standard errors; NaN where a file has none. */
  private LossEstimates estimates(String name, int models) {
    LossEstimates none = LossEstimates.unmeasured(models);
    double[] means = doubles(name, models).orElse(none.means());
    double[] errors = doubles(name + "_error", models).orElse(none.standardErrors());
    return new LossEstimates(means, errors);
  }

  private Optional<double[]> doubles(String name, int models) {
    return tensors.find(name).map(info -> tensors.doubles(expect(name, DType.F64, models)));
  }

  private void requireFormat() {
    String format = tensors.metadata().get("format");
    if (format == null || !format.matches(SavedModels.FORMAT_PREFIX + "[1-9][0-9]{0,5}")) {
      throw damaged("it is a safetensors file, but not one of toymodels: its format is " + format);
    }
    int version = Integer.parseInt(format.substring(SavedModels.FORMAT_PREFIX.length()));
    if (version > SavedModels.FORMAT) {
      throw new DamagedFileException(
          tensors.file(),
          "its format is %s, this version reads up to %s%d"
              .formatted(format, SavedModels.FORMAT_PREFIX, SavedModels.FORMAT),
          "use the version of toymodels that wrote it, or a newer one");
    }
  }

  private ModelShape shape() {
    String kind = text("kind");
    long[] sizes = find("W").shape();
    for (ModelKind known : ModelKind.values()) {
      if (known.configName().equals(kind) && sizes.length == 3) {
        try {
          return new ModelShape(known, Math.toIntExact(sizes[1]), Math.toIntExact(sizes[2]));
        } catch (IllegalArgumentException | ArithmeticException e) {
          throw damaged("its models have an impossible shape: " + e.getMessage());
        }
      }
    }
    throw damaged("its kind is '%s' and its W of %d dimensions".formatted(kind, sizes.length));
  }

  private int models() {
    long models = find("W").shape()[0];
    if (models > Integer.MAX_VALUE) {
      throw damaged("it holds %d models, allowed are 2^31 - 1".formatted(models));
    }
    return (int) models;
  }

  /** Parameters and two moments of each, which are zero where the file has none. */
  private static long bytes(ModelShape shape, int models) {
    return 3L * Float.BYTES * shape.parameters() * models;
  }

  private ModelBatch batch(ModelShape shape, int models, String prefix) {
    ModelBatch batch = tensors.allocating("its models", () -> new ModelBatch(shape, models));
    int n = shape.features();
    int m = shape.hidden();
    tensors.floats(expect(prefix + "W", DType.F32, models, n, m), 0, batch.encoder());
    if (!shape.kind().tied()) {
      tensors.floats(expect(prefix + "W_out", DType.F32, models, n, m), 0, batch.decoder());
    }
    tensors.floats(expect(prefix + "b_final", DType.F32, models, n), 0, batch.biases());
    return batch;
  }

  private TensorInfo find(String name) {
    return tensors.find(name).orElseThrow(() -> damaged("it has no array '" + name + "'"));
  }

  private TensorInfo expect(String name, DType dtype, long... shape) {
    TensorInfo info = find(name);
    if (info.dtype() != dtype || !Arrays.equals(info.shape(), shape)) {
      throw damaged(
          "its array '%s' is %s %s, expected is %s %s"
              .formatted(
                  name,
                  info.dtype(),
                  Arrays.toString(info.shape()),
                  dtype,
                  Arrays.toString(shape)));
    }
    return info;
  }

  private String text(String key) {
    String value = tensors.metadata().get(key);
    if (value == null) {
      throw damaged("its metadata lacks '" + key + "'");
    }
    return PrintableText.printable(value);
  }

  private int number(String key) {
    int value = steps(text(key));
    if (value < 0) {
      throw damaged("its %s is '%s', no number of steps".formatted(key, text(key)));
    }
    return value;
  }

  /** A number of steps as it is written, or -1. */
  static int steps(String text) {
    boolean number = text != null && text.matches("0|[1-9][0-9]{0,8}|1[0-9]{9}|20[0-9]{8}");
    return number ? Integer.parseInt(text) : -1;
  }

  private DamagedFileException damaged(String what) {
    return new DamagedFileException(tensors.file(), what);
  }
}
