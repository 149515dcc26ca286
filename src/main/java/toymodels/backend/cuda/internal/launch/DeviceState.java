package toymodels.backend.cuda.internal.launch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntUnaryOperator;
import toymodels.backend.cuda.internal.driver.DeviceMemory;
import toymodels.backend.cuda.internal.driver.Gpu;
import toymodels.backend.cuda.internal.driver.Staging;
import toymodels.model.ModelBatch;
import toymodels.model.ModelShape;
import toymodels.train.Checkpoint;
import toymodels.train.Study;

/**
 * Room for one model chunk on a GPU: weights, moments, losses, and what the kernels read. A model's
 * parameters are one block: encoder, decoder if untied, biases.
 */
public final class DeviceState implements AutoCloseable {
  private static final int UPDATE_BYTES = 32;

  private final Study study;
  private final Staging staging;
  private final List<DeviceMemory> owned = new ArrayList<>();
  private final DeviceMemory[] states = new DeviceMemory[3];
  private final DeviceMemory losses;
  private final DeviceMemory divergedAt;
  private final DeviceMemory keys;
  private final DeviceMemory taskOf;
  private final DeviceMemory tasks;
  private final DeviceMemory rules;
  private final DeviceMemory sets;
  private final DeviceMemory updates;
  private final DeviceMemory scratch;

  /**
   * Allocates room for so many models, or for none if it does not all fit.
   *
   * @param staging what copies go through, on the stream of the kernels
   * @param stepsOfLaunch the most steps that one launch takes
   * @param scratchBytes what the rung keeps in global memory for so many models
   */
  DeviceState(
      Gpu gpu,
      Staging staging,
      Study study,
      TaskTables tables,
      int models,
      int stepsOfLaunch,
      long scratchBytes) {
    this.study = study;
    this.staging = staging;
    try {
      long stateBytes = models * study.shape().parameters() * Float.BYTES;
      states[0] = own(new DeviceMemory(gpu, "weights", stateBytes));
      states[1] = own(new DeviceMemory(gpu, "first moments", stateBytes));
      states[2] = own(new DeviceMemory(gpu, "second moments", stateBytes));
      losses = own(new DeviceMemory(gpu, "losses", (long) models * Float.BYTES));
      divergedAt = own(new DeviceMemory(gpu, "diverged at", (long) models * Integer.BYTES));
      keys = own(new DeviceMemory(gpu, "keys", (long) models * Long.BYTES));
      taskOf = own(new DeviceMemory(gpu, "task of model", (long) models * Integer.BYTES));
      tasks = own(new DeviceMemory(gpu, "tasks", tables.tasks.capacity()));
      rules = own(new DeviceMemory(gpu, "feature rules", tables.rules.capacity()));
      sets = own(new DeviceMemory(gpu, "sets", tables.sets.capacity()));
      updates = own(new DeviceMemory(gpu, "updates", (long) stepsOfLaunch * UPDATE_BYTES));
      scratch = own(new DeviceMemory(gpu, "scratch", scratchBytes));
      staging.upload(tasks, tables.tasks);
      staging.upload(rules, tables.rules);
      staging.upload(sets, tables.sets);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private DeviceMemory own(DeviceMemory memory) {
    owned.add(memory);
    return memory;
  }

  /** Bytes that one model needs, beside scratch. */
  public static long bytesOfModel(ModelShape shape) {
    return 3 * shape.parameters() * Float.BYTES + 2 * Float.BYTES + Long.BYTES + Integer.BYTES;
  }

  /** Device addresses in the order of {@link TrainingArguments}. */
  long[] addresses() {
    return new long[] {
      states[0].address(),
      states[1].address(),
      states[2].address(),
      losses.address(),
      divergedAt.address(),
      keys.address(),
      taskOf.address(),
      tasks.address(),
      rules.address(),
      sets.address(),
      updates.address(),
      scratch.address()
    };
  }

  DeviceMemory weights() {
    return states[0];
  }

  DeviceMemory scratch() {
    return scratch;
  }

  DeviceMemory updates() {
    return updates;
  }

  /**
   * Puts models of a host state on the device.
   *
   * @param first the first of them in the host state
   * @param id the first one's model id in the study
   */
  void upload(Checkpoint host, int first, int count, int id) {
    ModelBatch[] batches = batches(host);
    for (int i = 0; i < states.length; i++) {
      PackedModels packed = new PackedModels(batches[i], first);
      staging.upload(states[i], packed.bytes(count), packed::read);
    }
    long ints = (long) count * Integer.BYTES;
    staging.upload(taskOf, ints, words(k -> study.taskIndex(id + k)));
    staging.upload(divergedAt, ints, words(k -> host.divergedAt()[first + k]));
    staging.upload(losses, ints, words(k -> Float.floatToRawIntBits(host.losses()[first + k])));
    staging.upload(
        keys,
        (long) count * Long.BYTES,
        (offset, piece) -> {
          for (int k = (int) (offset / Long.BYTES); piece.hasRemaining(); k++) {
            piece.putLong(study.key(id + k));
          }
        });
  }

  /** The words of the models from one on. */
  private static Staging.Part words(IntUnaryOperator ofModel) {
    return (offset, piece) -> {
      for (int k = (int) (offset / Integer.BYTES); piece.hasRemaining(); k++) {
        piece.putInt(ofModel.applyAsInt(k));
      }
    };
  }

  /** Takes models from the device into a host state. */
  void download(Checkpoint host, int first, int count) {
    ModelBatch[] batches = batches(host);
    for (int i = 0; i < states.length; i++) {
      download(states[i], batches[i], first, count);
    }
    staging.download(
        divergedAt,
        (long) count * Integer.BYTES,
        (offset, piece) ->
            piece
                .asIntBuffer()
                .get(
                    host.divergedAt(),
                    first + (int) (offset / Integer.BYTES),
                    piece.remaining() / Integer.BYTES));
    downloadLosses(host, first, count);
  }

  void downloadWeights(Checkpoint host, int first, int count) {
    download(states[0], host.weights(), first, count);
  }

  void downloadLosses(Checkpoint host, int first, int count) {
    staging.download(
        losses,
        (long) count * Float.BYTES,
        (offset, piece) ->
            piece
                .asFloatBuffer()
                .get(
                    host.losses(),
                    first + (int) (offset / Float.BYTES),
                    piece.remaining() / Float.BYTES));
  }

  private void download(DeviceMemory state, ModelBatch to, int first, int count) {
    PackedModels packed = new PackedModels(to, first);
    staging.download(state, packed.bytes(count), packed::write);
  }

  private static ModelBatch[] batches(Checkpoint host) {
    return new ModelBatch[] {host.weights(), host.firstMoments(), host.secondMoments()};
  }

  @Override
  public void close() {
    Collections.reverse(owned);
    owned.forEach(DeviceMemory::close);
    owned.clear();
  }
}
