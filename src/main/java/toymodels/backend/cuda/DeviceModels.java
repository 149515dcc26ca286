package toymodels.backend.cuda;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import toymodels.model.ModelBatch;
import toymodels.model.ModelShape;
import toymodels.train.Checkpoint;
import toymodels.train.Study;

/**
 * Room for one wave of models on a GPU: weights, moments, losses, and what the kernels read. A
 * model's parameters are one block: encoder, decoder if untied, biases.
 */
final class DeviceModels implements AutoCloseable {
  private static final int UPDATE_BYTES = 32;

  private final Study study;
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
   * @param stepsOfLaunch the most steps that one launch takes
   * @param scratchBytes what the rung keeps in global memory for so many models
   */
  DeviceModels(
      Gpu gpu, Study study, TaskTables tables, int models, int stepsOfLaunch, long scratchBytes) {
    this.study = study;
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
      tasks.upload(tables.tasks);
      rules.upload(tables.rules);
      sets.upload(tables.sets);
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
  static long bytesOfModel(ModelShape shape) {
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
      ByteBuffer packed = stateBuffer(count);
      pack(batches[i], first, count, packed.asFloatBuffer());
      states[i].upload(packed);
    }
    ByteBuffer ids = DeviceMemory.hostBuffer((long) count * Integer.BYTES);
    ByteBuffer words = DeviceMemory.hostBuffer((long) count * Long.BYTES);
    ByteBuffer frozen = DeviceMemory.hostBuffer((long) count * Integer.BYTES);
    ByteBuffer last = DeviceMemory.hostBuffer((long) count * Float.BYTES);
    for (int k = 0; k < count; k++) {
      ids.putInt(study.taskIndex(id + k));
      words.putLong(study.key(id + k));
      frozen.putInt(host.divergedAt()[first + k]);
      last.putFloat(host.losses()[first + k]);
    }
    taskOf.upload(ids);
    keys.upload(words);
    divergedAt.upload(frozen);
    losses.upload(last);
  }

  /** Takes models from the device into a host state. */
  void download(Checkpoint host, int first, int count) {
    ModelBatch[] batches = batches(host);
    for (int i = 0; i < states.length; i++) {
      ByteBuffer packed = stateBuffer(count);
      states[i].download(packed);
      unpack(packed.asFloatBuffer(), batches[i], first, count);
    }
    ByteBuffer frozen = DeviceMemory.hostBuffer((long) count * Integer.BYTES);
    divergedAt.download(frozen);
    frozen.asIntBuffer().get(host.divergedAt(), first, count);
    downloadLosses(host, first, count);
  }

  void downloadWeights(Checkpoint host, int first, int count) {
    ByteBuffer packed = stateBuffer(count);
    states[0].download(packed);
    unpack(packed.asFloatBuffer(), host.weights(), first, count);
  }

  void downloadLosses(Checkpoint host, int first, int count) {
    ByteBuffer last = DeviceMemory.hostBuffer((long) count * Float.BYTES);
    losses.download(last);
    last.asFloatBuffer().get(host.losses(), first, count);
  }

  private ByteBuffer stateBuffer(int count) {
    return DeviceMemory.hostBuffer(count * study.shape().parameters() * Float.BYTES);
  }

  private static ModelBatch[] batches(Checkpoint host) {
    return new ModelBatch[] {host.weights(), host.firstMoments(), host.secondMoments()};
  }

  private static void pack(ModelBatch from, int first, int count, FloatBuffer to) {
    int w = from.shape().weights();
    int n = from.shape().features();
    for (int k = first; k < first + count; k++) {
      to.put(from.encoder(), k * w, w);
      if (!from.shape().kind().tied()) {
        to.put(from.decoder(), k * w, w);
      }
      to.put(from.biases(), k * n, n);
    }
  }

  private static void unpack(FloatBuffer from, ModelBatch to, int first, int count) {
    int w = to.shape().weights();
    int n = to.shape().features();
    for (int k = first; k < first + count; k++) {
      from.get(to.encoder(), k * w, w);
      if (!to.shape().kind().tied()) {
        from.get(to.decoder(), k * w, w);
      }
      from.get(to.biases(), k * n, n);
    }
  }

  @Override
  public void close() {
    Collections.reverse(owned);
    owned.forEach(DeviceMemory::close);
    owned.clear();
  }
}
