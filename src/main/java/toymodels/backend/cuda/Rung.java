package toymodels.backend.cuda;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import toymodels.data.Inputs;
import toymodels.model.ModelShape;
import toymodels.train.Arithmetic;
import toymodels.train.Lanes;
import toymodels.train.Study;

/**
 * The ladder of train steps in {@code kernels/}: each removes one cost of the one before, and all
 * but the first compute the same bits. Which one trains is a matter of shape: {@link #production}.
 */
public enum Rung {
  /**
   * Matrix products by cuBLAS, what lies between them in global memory. Serves every shape; its
   * sums are in cuBLAS' order.
   */
  CUBLAS("train_step_0_cublas", false, "product by product, by cuBLAS") {
    @Override
    Arithmetic arithmetic() {
      return Arithmetic.FAST;
    }

    @Override
    Optional<String> whyNot(Study study, int sharedBytes) {
      return Optional.empty();
    }

    @Override
    long scratchBytes(Study study) {
      return CublasShapes.scratchBytes(study);
    }

    @Override
    List<? extends StreamWork> passes(Study study, int models) {
      return Stream.concat(
              drawing("cublas", study, models).stream(), CublasShapes.steps(study, models).stream())
          .toList();
    }
  },

  /** Every intermediate in global memory, five launches a step. Serves every shape. */
  NAIVE("train_step_1_naive", false, "through global memory, launch by launch") {
    @Override
    Optional<String> whyNot(Study study, int sharedBytes) {
      return Optional.empty();
    }

    @Override
    long scratchBytes(Study study) {
      return 4L
          * study.plan().batch()
          * (2L * study.shape().features()
              + 2L * study.shape().hidden()
              + 2
              + TaskTables.maxSets(study));
    }

    @Override
    List<KernelPass> passes(Study study, int models) {
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
    Optional<String> whyNot(Study study, int sharedBytes) {
      return BlockShapes.whyNot(study, sharedBytes);
    }

    @Override
    List<KernelPass> passes(Study study, int models) {
      return BlockShapes.passes("block_steps", study, models);
    }
  },

  /** Rung 4's kernel, one step a launch: a model in the registers of half a warp or a whole one. */
  WARP("train_step_4_resident", false, "in the registers of a warp, one step a launch") {
    @Override
    Optional<String> whyNot(Study study, int sharedBytes) {
      return WarpShapes.whyNot(study);
    }

    @Override
    List<KernelPass> passes(Study study, int models) {
      return List.of(WarpShapes.pass("resident", study.shape(), models));
    }
  },

  /** Many steps a launch, one model in the registers of half a warp or a whole one. */
  RESIDENT("train_step_4_resident", true, "in the registers of a warp, many steps a launch") {
    @Override
    Optional<String> whyNot(Study study, int sharedBytes) {
      return WarpShapes.whyNot(study);
    }

    @Override
    List<KernelPass> passes(Study study, int models) {
      return List.of(WarpShapes.pass("resident", study.shape(), models));
    }
  },

  /** Many steps a launch, one model in the shared memory of a block. */
  BLOCK("train_step_5_block", true, "in shared memory, many steps a launch") {
    @Override
    Optional<String> whyNot(Study study, int sharedBytes) {
      return BlockShapes.whyNot(study, sharedBytes);
    }

    @Override
    List<KernelPass> passes(Study study, int models) {
      return BlockShapes.passes("block_steps", study, models);
    }
  },

  /** Models that no SM holds: sums in registers, operands staged, six launches a step. */
  TILED("train_step_6_tiled", false, "through global memory in tiles, launch by launch") {
    @Override
    Optional<String> whyNot(Study study, int sharedBytes) {
      return Lanes.featureLanes(study.shape()) == 1
          ? Optional.empty()
          : Optional.of("two lanes share a sample of this shape");
    }

    @Override
    long scratchBytes(Study study) {
      long units = 3L * study.shape().features() + 2L * study.shape().hidden();
      return 4L * study.plan().batch() * (units + TaskTables.maxSets(study));
    }

    @Override
    List<KernelPass> passes(Study study, int models) {
      return Stream.concat(
              drawing("tiled", study, models).stream(), TiledShapes.passes(study, models))
          .toList();
    }
  },

  /** Many steps a launch, one model in the registers of a block. */
  REGISTERS("train_step_7_registers", true, "in the registers of a block, many steps a launch") {
    @Override
    Optional<String> whyNot(Study study, int sharedBytes) {
      return RegisterShapes.whyNot(study, sharedBytes);
    }

    @Override
    List<KernelPass> passes(Study study, int models) {
      return RegisterShapes.passes(study, models);
    }
  };

  private final String module;
  private final boolean manySteps;
  private final String idea;

  Rung(String module, boolean manySteps, String idea) {
    this.module = module;
    this.manySteps = manySteps;
    this.idea = idea;
  }

  /** Where a model lives while it is trained, in a few words. */
  String idea() {
    return idea;
  }

  /** Whether this rung's bits are those of every backend, or only close to them. */
  Arithmetic arithmetic() {
    return Arithmetic.STRICT;
  }

  /** The kernel source's name without ending. */
  String module() {
    return module;
  }

  /** Whether one launch takes many steps, instead of one. */
  boolean manySteps() {
    return manySteps;
  }

  /**
   * Empty if this rung can train the study; else why not.
   *
   * @param sharedBytes shared memory that one block may have
   */
  abstract Optional<String> whyNot(Study study, int sharedBytes);

  /** Bytes of global memory for one model, beside its state. */
  long scratchBytes(Study study) {
    return 0;
  }

  /** One thread each of a kernel without shared memory. */
  private static KernelPass over(String entry, long threads) {
    return new KernelPass(entry, Kernel.Grid.over(threads, 128));
  }

  /** The kernels that draw a batch into global memory: a thread a generator. */
  private static List<KernelPass> drawing(String prefix, Study study, int models) {
    long lanes = (long) Inputs.SAMPLE_LANES * study.plan().tiles();
    long generators =
        study.shape().features() > Inputs.MAX_LANE_FEATURES
            ? study.plan().batch()
            : lanes * Lanes.featureLanes(study.shape());
    KernelPass features = over(prefix + "_draw", models * generators);
    return TaskTables.coupled(study)
        ? List.of(over(prefix + "_draw_sets", models * lanes), features)
        : List.of(features);
  }

  /** The kernels, and products, of one launch for so many models, in order. */
  abstract List<? extends StreamWork> passes(Study study, int models);

  /**
   * The rung that trains a study on a GPU with so much shared memory a block. Fast arithmetic is
   * for models that no SM holds: for others a product's way through global memory costs more.
   */
  public static Rung production(Study study, int sharedBytes, Arithmetic arithmetic) {
    return Stream.of(RESIDENT, REGISTERS, BLOCK, arithmetic == Arithmetic.FAST ? CUBLAS : TILED)
        .filter(rung -> rung.whyNot(study, sharedBytes).isEmpty())
        .findFirst()
        .orElse(NAIVE);
  }

  static String describe(ModelShape shape) {
    return "%s models of n = %d, m = %d"
        .formatted(shape.kind().configName(), shape.features(), shape.hidden());
  }
}
