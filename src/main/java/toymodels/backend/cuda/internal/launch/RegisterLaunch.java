package toymodels.backend.cuda.internal.launch;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import toymodels.backend.cuda.internal.driver.Kernel;
import toymodels.backend.cuda.internal.driver.KernelPass;
import toymodels.data.Inputs;
import toymodels.model.ModelShape;
import toymodels.train.Study;
import toymodels.train.SummationOrder;

/**
 * The shapes for which a model in the registers of a block is compiled, and the shared memory that
 * goes with them. Twin of the list in {@code kernels/train_step_7_registers.cu} and of {@code
 * RegisterModel} in {@code kernels/register_model.cuh}.
 */
public final class RegisterLaunch {
  private static final int ROWS = 16;

  /** Of the structure that holds the arrays. */
  private static final int ALIGNMENT = 16;

  private static final int THREADS = ROWS * Inputs.SAMPLE_LANES;

  /**
   * One entry of the kernel: it serves what has at most as many features and hidden dimensions.
   *
   * @param own features of a row
   * @param hidden hidden dimensions
   * @param rounds of 16 samples, in shared memory at a time
   */
  public record Compiled(int own, int hidden, int rounds) {
    boolean serves(ModelShape shape) {
      return shape.features() <= features() && shape.hidden() <= hidden;
    }

    int features() {
      return ROWS * own;
    }

    /** Multiply-adds that a sample takes, with those of rows and dimensions that are not there. */
    private int work() {
      return features() * hidden;
    }

    public String entry() {
      return "registers_%d_%d".formatted(own, hidden);
    }

    long sharedBytes(Study study) {
      int lanes = Inputs.SAMPLE_LANES;
      int quarter = (hidden + 3) / 4;
      int padded = (quarter + 3) / 4 * 4;
      int owned = (own * (hidden + 1) + ROWS - 1) / ROWS;
      long generators = 2L * 4 * lanes;
      long ofFeatures = features() * (4L + 4L * padded + 1 + 1);
      long ofRounds = rounds * lanes * (2L * hidden + 2L * features() + 1);
      long words = (long) rounds * TaskTables.maxSets(study) * lanes;
      long totals = study.plan().microBatches() > 1 ? (long) owned * THREADS : 0;
      long arrays = Float.BYTES * (generators + ofFeatures + ofRounds + 1);
      return (arrays + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT + Float.BYTES * (words + totals);
    }
  }

  public static final List<Compiled> COMPILED =
      List.of(
          new Compiled(2, 10, 8),
          new Compiled(3, 10, 8),
          new Compiled(5, 10, 8),
          new Compiled(7, 5, 8),
          new Compiled(5, 20, 16),
          new Compiled(7, 20, 8));

  private RegisterLaunch() {}

  public static Optional<String> unsupportedReason(Study study, int sharedBytes) {
    ModelShape shape = study.shape();
    if (!shape.kind().tied()) {
      return Optional.of("untied weights do not fit the registers of a block");
    }
    if (SummationOrder.featureLanes(shape) != 1) {
      return Optional.of("two lanes share a sample of this shape");
    }
    Optional<Compiled> found = find(shape);
    if (found.isEmpty()) {
      return Optional.of(
          "n = %d, m = %d is larger than the shapes compiled for the registers of a block"
              .formatted(shape.features(), shape.hidden()));
    }
    long needed = found.get().sharedBytes(study);
    return needed <= sharedBytes
        ? Optional.empty()
        : Optional.of(
            "it needs %,d bytes of shared memory, a block has %,d".formatted(needed, sharedBytes));
  }

  /** The entry that does the least work beyond the shape's. */
  static Optional<Compiled> find(ModelShape shape) {
    return COMPILED.stream()
        .filter(c -> c.serves(shape))
        .min(Comparator.comparingInt(Compiled::work));
  }

  public static List<KernelPass> passes(Study study, int models) {
    Compiled compiled = find(study.shape()).orElseThrow();
    int bytes = (int) compiled.sharedBytes(study);
    return List.of(new KernelPass(compiled.entry(), new Kernel.Grid(models, THREADS, bytes)));
  }
}
