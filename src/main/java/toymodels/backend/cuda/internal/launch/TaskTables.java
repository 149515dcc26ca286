package toymodels.backend.cuda.internal.launch;

import java.nio.ByteBuffer;
import java.util.Arrays;
import toymodels.backend.cuda.internal.driver.DeviceMemory;
import toymodels.data.Inputs;
import toymodels.data.Task;
import toymodels.train.Study;

/**
 * The tasks of a study as kernels read them: how each feature is drawn and weighed. Twin of {@code
 * TaskRule} and {@code FeatureRule} in {@code kernels/inputs.cuh}.
 */
public final class TaskTables {
  private static final int RULE_BYTES = 16;
  private static final int SIGN_BIT = 0x80000000;

  /** (tasks), 16 bytes each. */
  final ByteBuffer tasks;

  /** (tasks, features), 16 bytes each. */
  final ByteBuffer rules;

  /** (tasks, features): the feature's set, or −1. */
  final ByteBuffer sets;

  /** The largest number of sets of a task. */
  final int maxSets;

  public TaskTables(Study study) {
    int n = study.shape().features();
    long entries = (long) study.tasks().size() * n;
    tasks = DeviceMemory.hostBuffer((long) study.tasks().size() * RULE_BYTES);
    rules = DeviceMemory.hostBuffer(entries * RULE_BYTES);
    sets = DeviceMemory.hostBuffer(entries * Integer.BYTES);
    int most = 0;
    for (Task task : study.tasks()) {
      Inputs inputs = new Inputs(task.inputs());
      most = Math.max(most, inputs.sets());
      tasks
          .putInt(inputs.sets())
          .putInt(inputs.ownValue() ? 1 : 0)
          .putInt(inputs.signed() ? SIGN_BIT : 0)
          .putInt(0);
      for (int i = 0; i < n; i++) {
        rules
            .putInt(inputs.threshold(i))
            .putInt(inputs.offset(i))
            .putFloat(inputs.scale(i))
            .putFloat((float) task.importance().of(i));
        sets.putInt(inputs.set(i));
      }
    }
    maxSets = most;
  }

  /** Whether any task of the study couples features. */
  public static boolean coupled(Study study) {
    return study.tasks().stream().anyMatch(task -> !task.inputs().sets().isEmpty());
  }

  /** The largest number of sets of a task. */
  public static int maxSets(Study study) {
    return study.tasks().stream().mapToInt(task -> task.inputs().sets().size()).max().orElse(0);
  }

  public long bytes() {
    return Arrays.stream(new ByteBuffer[] {tasks, rules, sets})
        .mapToLong(ByteBuffer::capacity)
        .sum();
  }
}
