package toymodels.backend.cuda;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import toymodels.data.Inputs;
import toymodels.model.ModelShape;
import toymodels.train.Lanes;
import toymodels.train.Study;

/**
 * The ladder of train steps in {@code kernels/}: each computes the same bits, each removes one cost
 * of the one before. Which one trains is a matter of shape: {@link #production}.
 */
public enum Rung {
  /** Every intermediate in global memory, five launches a step. Serves every shape. */
  NAIVE("train_step_1_naive", false) {
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
    List<Pass> passes(Study study, int models) {
      long batch = study.plan().batch();
      long tiles = study.plan().tiles();
      long lanes = Inputs.SAMPLE_LANES * tiles;
      long generators =
          study.shape().features() > Inputs.MAX_LANE_FEATURES
              ? batch
              : lanes * Lanes.featureLanes(study.shape());
      Pass sets = pass("naive_draw_sets", models * lanes);
      List<Pass> rest =
          List.of(
              pass("naive_draw", models * generators),
              pass("naive_samples", models * batch),
              pass("naive_update", models * study.shape().parameters()),
              pass("naive_finish", models));
      return TaskTables.coupled(study)
          ? Stream.concat(Stream.of(sets), rest.stream()).toList()
          : rest;
    }

    private Pass pass(String entry, long threads) {
      return new Pass(entry, Kernel.Grid.over(threads, 128));
    }
  },

  /** One launch a step, its intermediates in shared memory. */
  SHARED("train_step_2_shared", false) {
    @Override
    Optional<String> whyNot(Study study, int sharedBytes) {
      return BlockShapes.whyNot(study, sharedBytes);
    }

    @Override
    List<Pass> passes(Study study, int models) {
      return BlockShapes.passes("shared_step", study, models);
    }
  },

  /** One launch a step, one model in the registers of half a warp or a whole one. */
  WARP("train_step_3_warp", false) {
    @Override
    Optional<String> whyNot(Study study, int sharedBytes) {
      return WarpShapes.whyNot(study);
    }

    @Override
    List<Pass> passes(Study study, int models) {
      return List.of(WarpShapes.pass("warp", study.shape(), models));
    }
  },

  /** Many steps a launch, one model in the registers of half a warp or a whole one. */
  RESIDENT("train_step_4_resident", true) {
    @Override
    Optional<String> whyNot(Study study, int sharedBytes) {
      return WarpShapes.whyNot(study);
    }

    @Override
    List<Pass> passes(Study study, int models) {
      return List.of(WarpShapes.pass("resident", study.shape(), models));
    }
  },

  /** Many steps a launch, one model in the shared memory of a block. */
  BLOCK("train_step_5_block", true) {
    @Override
    Optional<String> whyNot(Study study, int sharedBytes) {
      return BlockShapes.whyNot(study, sharedBytes);
    }

    @Override
    List<Pass> passes(Study study, int models) {
      return BlockShapes.passes("block_steps", study, models);
    }
  };

  private final String module;
  private final boolean manySteps;

  Rung(String module, boolean manySteps) {
    this.module = module;
    this.manySteps = manySteps;
  }

  /** One kernel of a step, and its grid. */
  record Pass(String entry, Kernel.Grid grid) {}

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

  /** The kernels of one launch for so many models, in order. */
  abstract List<Pass> passes(Study study, int models);

  /** The rung that trains a study on a GPU with so much shared memory a block. */
  public static Rung production(Study study, int sharedBytes) {
    return Stream.of(RESIDENT, BLOCK)
        .filter(rung -> rung.whyNot(study, sharedBytes).isEmpty())
        .findFirst()
        .orElse(NAIVE);
  }

  static String describe(ModelShape shape) {
    return "%s models of n = %d, m = %d"
        .formatted(shape.kind().configName(), shape.features(), shape.hidden());
  }
}
