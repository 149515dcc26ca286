package toymodels.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import toymodels.model.ModelBatch;
import toymodels.model.ModelShape;
import toymodels.run.config.RunConfig;
import toymodels.run.file.DType;
import toymodels.run.file.DamagedFileException;
import toymodels.run.file.Disk;
import toymodels.run.file.LittleEndian;
import toymodels.run.file.Safetensors;
import toymodels.run.file.SafetensorsWriter;
import toymodels.run.file.Tensor;
import toymodels.run.file.TensorInfo;
import toymodels.train.History;

/**
 * One file of keyframes: {@code step} (frames), {@code W} and {@code W_out} where decoders are
 * their own (frames, models, features, hidden), {@code b_final} (frames, models, features). While a
 * study trains, parts of its history lie in {@code history/}; at its end they become one.
 */
final class Keyframes {
  private static final String STEP = "step";

  private Keyframes() {}

  /** Writes frames that lie in memory. */
  static void write(
      Disk disk, Path file, RunConfig config, Map<String, String> metadata, History history) {
    List<ModelBatch> frames = history.keyframes();
    List<Tensor> tensors = new ArrayList<>();
    tensors.add(Tensor.ints(STEP, history.steps(), frames.size()));
    List<Tensor> first = SavedModels.weights("", frames.get(0));
    for (int t = 0; t < first.size(); t++) {
      int index = t;
      tensors.add(
          new Tensor(
              first.get(t).name(),
              DType.F32,
              prepended(frames.size(), first.get(t).shape()),
              out -> {
                for (ModelBatch frame : frames) {
                  SavedModels.weights("", frame).get(index).content().writeTo(out);
                }
              }));
    }
    SafetensorsWriter.write(disk, file, config.checkpoints().readBack(), metadata, tensors);
  }

  private static long[] prepended(long size, long[] sizes) {
    return LongStream.concat(LongStream.of(size), Arrays.stream(sizes)).toArray();
  }

  /** Makes one file of several, in their order, whatever the memory. */
  static void merge(
      Disk disk, Path file, RunConfig config, Map<String, String> metadata, List<Path> parts) {
    List<Safetensors> open = new ArrayList<>();
    try {
      for (Path part : parts) {
        open.add(Safetensors.open(part));
        open.get(open.size() - 1).verify();
      }
      List<Tensor> tensors = new ArrayList<>();
      for (TensorInfo info : open.get(0).tensors()) {
        long[] shape = info.shape().clone();
        shape[0] = open.stream().mapToLong(p -> find(p, info.name()).shape()[0]).sum();
        tensors.add(
            new Tensor(info.name(), info.dtype(), shape, out -> copy(open, info.name(), out)));
      }
      SafetensorsWriter.write(disk, file, config.checkpoints().readBack(), metadata, tensors);
    } finally {
      open.forEach(Safetensors::close);
    }
  }

  private static void copy(List<Safetensors> parts, String name, LittleEndian out)
      throws java.io.IOException {
    for (Safetensors part : parts) {
      part.copyOf(find(part, name)).writeTo(out);
    }
  }

  private static TensorInfo find(Safetensors file, String name) {
    return file.find(name)
        .orElseThrow(() -> new DamagedFileException(file.file(), "it has no array '" + name + "'"));
  }

  /** Receives every frame of a file, in order. */
  @FunctionalInterface
  interface Reader {
    void frame(int step, ModelBatch parameters);
  }

  /**
   * Reads a file of keyframes.
   *
   * @param shape of the models
   * @param models how many there are
   * @param check looks at the metadata
   * @throws DamagedFileException if it is not whole, or of other models
   */
  static void read(
      Path path, ModelShape shape, int models, Consumer<Map<String, String>> check, Reader reader) {
    try (Safetensors file = Safetensors.open(path)) {
      file.verify();
      check.accept(file.metadata());
      int[] steps = file.ints(find(file, STEP));
      long n = shape.features();
      long m = shape.hidden();
      TensorInfo encoder = expect(file, "W", steps.length, models, n, m);
      TensorInfo decoder =
          shape.kind().tied() ? encoder : expect(file, "W_out", steps.length, models, n, m);
      TensorInfo biases = expect(file, "b_final", steps.length, models, n);
      for (int f = 0; f < steps.length; f++) {
        ModelBatch frame = file.allocating("a keyframe", () -> new ModelBatch(shape, models));
        file.floats(encoder, (long) f * frame.encoder().length, frame.encoder());
        if (!shape.kind().tied()) {
          file.floats(decoder, (long) f * frame.decoder().length, frame.decoder());
        }
        file.floats(biases, (long) f * frame.biases().length, frame.biases());
        if (f > 0 && steps[f] <= steps[f - 1]) {
          throw new DamagedFileException(path, "its steps do not ascend");
        }
        reader.frame(steps[f], frame);
      }
    }
  }

  private static TensorInfo expect(Safetensors file, String name, long... shape) {
    TensorInfo info = find(file, name);
    if (info.dtype() != DType.F32 || !Arrays.equals(info.shape(), shape)) {
      throw new DamagedFileException(
          file.file(),
          "its array '%s' is %s %s, expected is F32 %s"
              .formatted(
                  name, info.dtype(), Arrays.toString(info.shape()), Arrays.toString(shape)));
    }
    return info;
  }

  /** The metadata of a file, without the hashes, which the writer adds. */
  static Map<String, String> metadata(Path path) {
    try (Safetensors file = Safetensors.open(path)) {
      Map<String, String> metadata = new LinkedHashMap<>(file.metadata());
      metadata.keySet().removeIf(key -> key.endsWith("_sha256") && !key.startsWith("config"));
      return metadata;
    }
  }

  /**
   * Checks a file of keyframes.
   *
   * @throws DamagedFileException if it is not whole
   */
  static void verify(Path part) {
    try (Safetensors file = Safetensors.open(part)) {
      file.verify();
    }
  }
}
