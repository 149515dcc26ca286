package toymodels.backend.cuda.internal.launch;

import java.nio.ByteBuffer;
import toymodels.backend.cuda.internal.driver.KernelArgument;
import toymodels.model.ModelKind;
import toymodels.train.Study;
import toymodels.train.SummationOrder;

/**
 * What a train-step kernel is given. Twin of {@code Training} in {@code kernels/toy_model.cuh}, in
 * the order of its fields; the driver refuses another size, and the contract tests another order.
 */
public final class TrainingArguments {
  private static final int POINTERS = 12;
  private static final int INTS = 12;
  private static final int FLOATS = 2;
  public static final int BYTES =
      POINTERS * Long.BYTES + INTS * Integer.BYTES + FLOATS * Float.BYTES;

  private static final int UPDATES = 10;
  private static final int FIRST_STEP = POINTERS * Long.BYTES + 8 * Integer.BYTES;

  private final KernelArgument argument;

  TrainingArguments(KernelArgument argument) {
    this.argument = argument;
  }

  KernelArgument argument() {
    return argument;
  }

  /** Writes all that stays the same while one model chunk is on the device. */
  void describe(Study study, DeviceState models, int count, int maxSets) {
    ByteBuffer to = argument.value().rewind();
    for (long pointer : models.addresses()) {
      to.putLong(pointer);
    }
    ModelKind kind = study.shape().kind();
    double values = (double) study.plan().batch() * study.shape().features();
    to.putInt(count)
        .putInt(study.shape().features())
        .putInt(study.shape().hidden())
        .putInt((int) study.shape().parameters())
        .putInt(bits(kind))
        .putInt(SummationOrder.featureLanes(study.shape()))
        .putInt(study.plan().batch())
        .putInt(study.plan().microBatches())
        .putInt(0)
        .putInt(0)
        .putInt(study.plan().steps())
        .putInt(maxSets)
        .putFloat((float) (2.0 / values))
        .putFloat((float) (1.0 / values));
  }

  /** Says which steps the next launch takes, and where their updates are. */
  void steps(int first, int count, long updates) {
    argument.value().putLong(UPDATES * Long.BYTES, updates);
    argument.value().putInt(FIRST_STEP, first).putInt(FIRST_STEP + Integer.BYTES, count);
  }

  private static int bits(ModelKind kind) {
    return (kind.reluHidden() ? 1 : 0)
        | (kind.reluOutput() ? 2 : 0)
        | (kind.tied() ? 0 : 4)
        | (kind.targetsAbsoluteValue() ? 8 : 0);
  }
}
