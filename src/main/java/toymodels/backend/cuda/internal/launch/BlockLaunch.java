package toymodels.backend.cuda.internal.launch;

import java.util.List;
import java.util.Optional;
import toymodels.backend.cuda.internal.driver.Kernel;
import toymodels.backend.cuda.internal.driver.KernelPass;
import toymodels.data.Inputs;
import toymodels.model.ModelShape;
import toymodels.train.Study;
import toymodels.train.SummationOrder;

/**
 * What a model on a thread block needs of an SM's shared memory. Twin of {@code BlockArrays} in
 * {@code kernels/block_model.cuh}.
 */
public final class BlockLaunch {
  private static final int THREADS = 256;
  private static final int PADDED_LANES = Inputs.SAMPLE_LANES + 1;
  private static final int DRAWN_ROUNDS = 4;

  private BlockLaunch() {}

  public static Optional<String> unsupportedReason(Study study, int sharedBytes) {
    long needed = sharedBytes(study);
    return needed <= sharedBytes
        ? Optional.empty()
        : Optional.of(
            "it needs %,d bytes of shared memory, a block has %,d".formatted(needed, sharedBytes));
  }

  static long sharedBytes(Study study) {
    ModelShape shape = study.shape();
    long n = shape.features();
    long p = shape.parameters();
    int lanes = Inputs.SAMPLE_LANES;
    int rounds = n > Inputs.MAX_LANE_FEATURES ? DRAWN_ROUNDS : 1;
    long rules = 4 * n;
    long state = 3 * p;
    long sums = PADDED_LANES * p + (study.plan().microBatches() > 1 ? p : 0);
    long units = rounds * n * lanes + 2 * n * lanes + 2L * shape.hidden() * lanes;
    long words =
        (long) Math.max(rounds, SummationOrder.featureLanes(shape))
            * TaskTables.maxSets(study)
            * lanes;
    return Float.BYTES * (rules + state + sums + units + words + n + 1);
  }

  public static List<KernelPass> passes(String entry, Study study, int models) {
    return List.of(
        new KernelPass(entry, new Kernel.Grid(models, THREADS, (int) sharedBytes(study))));
  }
}
