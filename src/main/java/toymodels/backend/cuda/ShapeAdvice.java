package toymodels.backend.cuda;

import java.util.List;
import toymodels.backend.cuda.internal.driver.Gpu;
import toymodels.data.FeatureDistribution;
import toymodels.data.Task;
import toymodels.model.ModelShape;
import toymodels.train.Determinism;
import toymodels.train.Study;
import toymodels.train.TrainingPlan;

/**
 * Which train step a GPU takes for a shape, and why not the ones that are made for smaller ones.
 */
public final class ShapeAdvice {
  /** Shared memory of a block on a Hopper, where no GPU can be asked. */
  private static final int HOPPER_SHARED_BYTES = 232_448;

  private ShapeAdvice() {}

  /**
   * One sentence for independent features, by the GPU of this machine or, without one, a Hopper.
   */
  public static String of(ModelShape shape) {
    if (Gpu.unavailableReason().isPresent()) {
      return of(shape, HOPPER_SHARED_BYTES) + " (as on a Hopper: there is no GPU here)";
    }
    try (Gpu gpu = Gpu.open(0)) {
      return of(shape, gpu.sharedBytesOfBlock());
    }
  }

  static String of(ModelShape shape, int sharedBytes) {
    int n = shape.features();
    Task task = Task.equallyImportant(FeatureDistribution.independent(n, 1));
    Study study = new Study(shape, List.of(task), 1, TrainingPlan.notebook());
    KernelVariant chosen = KernelVariant.production(study, sharedBytes, Determinism.BITWISE);
    StringBuilder text = new StringBuilder();
    text.append("%s: %s".formatted(KernelVariant.describe(shape), chosen.idea()));
    for (KernelVariant variant :
        List.of(KernelVariant.RESIDENT, KernelVariant.REGISTERS, KernelVariant.BLOCK)) {
      if (variant == chosen) {
        break;
      }
      variant
          .unsupportedReason(study, sharedBytes)
          .ifPresent(why -> text.append("; not %s, since %s".formatted(variant.idea(), why)));
    }
    KernelVariant fast = KernelVariant.production(study, sharedBytes, Determinism.FAST);
    return text.append("; ")
        .append(fast == chosen ? "--fast changes nothing" : "with --fast " + fast.idea())
        .toString();
  }
}
