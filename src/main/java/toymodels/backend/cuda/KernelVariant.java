package toymodels.backend.cuda;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import toymodels.backend.cuda.internal.driver.Kernel;
import toymodels.backend.cuda.internal.driver.KernelPass;
import toymodels.backend.cuda.internal.driver.StreamWork;
import toymodels.backend.cuda.internal.launch.BlockLaunch;
import toymodels.backend.cuda.internal.launch.CublasLaunch;
import toymodels.backend.cuda.internal.launch.RegisterLaunch;
import toymodels.backend.cuda.internal.launch.TaskTables;
import toymodels.backend.cuda.internal.launch.TiledLaunch;
import toymodels.backend.cuda.internal.launch.WarpLaunch;
import toymodels.data.Inputs;
import toymodels.model.ModelShape;
import toymodels.train.Determinism;
import toymodels.train.Study;
import toymodels.train.SummationOrder;

/**
 * The ladder of train steps in {@code kernels/}: each removes one cost of the one before, and all
 * but the first compute the same bits. Which one trains is a matter of shape: {@link #production}.
 */
public enum KernelVariant {
  /**
   * Matrix products by cuBLAS, what lies between them in global memory. Serves every shape; its
   * sums are in cuBLAS' order.
   */
  CUBLAS("train_step_0_cublas", false, "product by product, by cuBLAS") {
    @Override
    public Determinism determinism() {
      return Determinism.FAST;
    }

    @Override
    public Optional<String> unsupportedReason(Study study, int sharedBytes) {
      return Optional.empty();
    }

    @Override
    public long scratchBytes(Study study) {
      return CublasLaunch.scratchBytes(study);
    }

    @Override
    public List<? extends StreamWork> passes(Study study, int models) {
      return Stream.concat(
              drawing("cublas", study, models).stream(), CublasLaunch.steps(study, models).stream())
          .toList();
    }
  },

  /** Every intermediate in global memory, five launches a step. Serves every shape. */
  NAIVE("train_step_1_naive", false, "through global memory, launch by launch") {
    @Override
    public Optional<String> unsupportedReason(Study study, int sharedBytes) {
      return Optional.empty();
    }

    @Override
    public long scratchBytes(Study study) {
      return 4L
          * study.plan().batch()
          * (2L * study.shape().features()
              + 2L * study.shape().hidden()
              + 2
              + TaskTables.maxSets(study));
    }

    @Override
    public List<KernelPass> passes(Study study, int models) {
      long batch = study.plan().batch();
      return Stream.concat(
              drawing("naive", study, models).stream(),
              Stream.of(
                  over("naive_samples", models * batch),
                  over("naive_update", models * study.shape().parameters()),
                  over("naive_finish", models)))
          .toList();
    }
  },

  /** Rung 5's kernel, one step a launch: its intermediates in shared memory. */
  SHARED("train_step_5_block", false, "in shared memory, one step a launch") {
    @Override
    public Optional<String> unsupportedReason(Study study, int sharedBytes) {
      return BlockLaunch.unsupportedReason(study, sharedBytes);
    }

    @Override
    public List<KernelPass> passes(Study study, int models) {
      return BlockLaunch.passes("block_steps", study, models);
    }
  },

  /** Rung 4's kernel, one step a launch: a model in the registers of half a warp or a whole one. */
  WARP("train_step_4_resident", false, "in the registers of a warp, one step a launch") {
    @Override
    public Optional<String> unsupportedReason(Study study, int sharedBytes) {
      return WarpLaunch.unsupportedReason(study);
    }

    @Override
    public List<KernelPass> passes(Study study, int models) {
      return List.of(WarpLaunch.pass("resident", study.shape(), models));
    }
  },

  /** Many steps a launch, one model in the registers of half a warp or a whole one. */
  RESIDENT("train_step_4_resident", true, "in the registers of a warp, many steps a launch") {
    @Override
    public Optional<String> unsupportedReason(Study study, int sharedBytes) {
      return WarpLaunch.unsupportedReason(study);
    }

    @Override
    public List<KernelPass> passes(Study study, int models) {
      return List.of(WarpLaunch.pass("resident", study.shape(), models));
    }
  },

  /** Many steps a launch, one model in the shared memory of a block. */
  BLOCK("train_step_5_block", true, "in shared memory, many steps a launch") {
    @Override
    public Optional<String> unsupportedReason(Study study, int sharedBytes) {
      return BlockLaunch.unsupportedReason(study, sharedBytes);
    }

    @Override
    public List<KernelPass> passes(Study study, int models) {
      return BlockLaunch.passes("block_steps", study, models);
    }
  },

  /** Models that no SM holds: sums in registers, operands staged, six launches a step. */
  TILED("train_step_6_tiled", false, "through global memory in tiles, launch by launch") {
    @Override
    public Optional<String> unsupportedReason(Study study, int sharedBytes) {
      return SummationOrder.featureLanes(study.shape()) == 1
          ? Optional.empty()
          : Optional.of("two lanes share a sample of this shape");
    }

    @Override
    public long scratchBytes(Study study) {
      long units = 3L * study.shape().features() + 2L * study.shape().hidden();
      return 4L * study.plan().batch() * (units + TaskTables.maxSets(study));
    }

    @Override
    public List<KernelPass> passes(Study study, int models) {
      return Stream.concat(
              drawing("tiled", study, models).stream(), TiledLaunch.passes(study, models))
          .toList();
    }
  },

  /** Many steps a launch, one model in the registers of a block. */
  REGISTERS("train_step_7_registers", true, "in the registers of a block, many steps a launch") {
    @Override
    public Optional<String> unsupportedReason(Study study, int sharedBytes) {
      return RegisterLaunch.unsupportedReason(study, sharedBytes);
    }

    @Override
    public List<KernelPass> passes(Study study, int models) {
      return RegisterLaunch.passes(study, models);
    }
  };

  private final String module;
  private final boolean manySteps;
  private final String idea;

  KernelVariant(String module, boolean manySteps, String idea) {
    this.module = module;
    this.manySteps = manySteps;
    this.idea = idea;
  }

  /** Where a model lives while it is trained, in a few words. */
  String idea() {
    return idea;
  }

  /** Whether this rung's bits are those of every backend, or only close to them. */
  public Determinism determinism() {
    return Determinism.BITWISE;
  }

  /** The kernel source's name without ending. */
  public String module() {
    return module;
  }

  /** Whether one launch takes many steps, instead of one. */
  public boolean manySteps() {
    return manySteps;
  }

  /**
   * Empty if this rung can train the study; else why not.
   *
   * @param sharedBytes shared memory that one block may have
   */
  public abstract Optional<String> unsupportedReason(Study study, int sharedBytes);

  /** Bytes of global memory for one model, beside its state. */
  public long scratchBytes(Study study) {
    return 0;
  }

  /** One thread each of a kernel without shared memory. */
  private static KernelPass over(String entry, long threads) {
    return new KernelPass(entry, Kernel.Grid.over(threads, 128));
  }

  /** The kernels that draw a batch into global memory: a thread a generator. */
  private static List<KernelPass> drawing(String prefix, Study study, int models) {
    long lanes = (long) Inputs.SAMPLE_LANES * study.plan().microBatches();
    long generators =
        study.shape().features() > Inputs.MAX_LANE_FEATURES
            ? study.plan().batch()
            : lanes * SummationOrder.featureLanes(study.shape());
    KernelPass features = over(prefix + "_draw", models * generators);
    return TaskTables.coupled(study)
        ? List.of(over(prefix + "_draw_sets", models * lanes), features)
        : List.of(features);
  }

  /** The kernels, and products, of one launch for so many models, in order. */
  public abstract List<? extends StreamWork> passes(Study study, int models);

  /**
   * The rung that trains a study on a GPU with so much shared memory a block. Fast arithmetic is
   * for models that no SM holds: for others a product's way through global memory costs more.
   */
  public static KernelVariant production(Study study, int sharedBytes, Determinism determinism) {
    return Stream.of(RESIDENT, REGISTERS, BLOCK, determinism == Determinism.FAST ? CUBLAS : TILED)
        .filter(variant -> variant.unsupportedReason(study, sharedBytes).isEmpty())
        .findFirst()
        .orElse(NAIVE);
  }

  public static String describe(ModelShape shape) {
    return "%s models of n = %d, m = %d"
        .formatted(shape.kind().configName(), shape.features(), shape.hidden());
  }
}
