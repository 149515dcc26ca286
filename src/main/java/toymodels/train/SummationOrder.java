package toymodels.train;

import toymodels.model.ModelShape;

/**
 * How a batch is dealt to lanes, which fixes the order of every sum (docs/arithmetic.md, section
 * 3): micro-batch t holds samples [t B / R, (t + 1) B / R), its sample lane s takes samples s, s +
 * 16, ..., and feature i belongs to feature lane i mod Q.
 */
public final class SummationOrder {
  private SummationOrder() {}

  /** Q: 2 if 32 &lt; n m ≤ 128, else 1. Two lanes share a sample where registers are scarce. */
  public static int featureLanes(ModelShape shape) {
    return shape.weights() > 32 && shape.weights() <= 128 ? 2 : 1;
  }

  /** The first sample of a micro-batch. */
  public static int microBatchStart(TrainingPlan plan, int microBatch) {
    return (int) ((long) microBatch * plan.batch() / plan.microBatches());
  }

  /** The sample after a micro-batch's last. */
  public static int microBatchEnd(TrainingPlan plan, int microBatch) {
    return microBatchStart(plan, microBatch + 1);
  }
}
