package toymodels.train;

import toymodels.model.ModelShape;

/**
 * How a batch is dealt to lanes, which fixes the order of every sum (docs/arithmetic.md, section
 * 3): tile t holds samples [t B / R, (t + 1) B / R), its sample lane s takes samples s, s + 16,
 * ..., and feature i belongs to feature lane i mod Q.
 */
public final class Lanes {
  private Lanes() {}

  /** Q: 2 if 32 &lt; n m ≤ 128, else 1. Two lanes share a sample where registers are scarce. */
  public static int featureLanes(ModelShape shape) {
    return shape.weights() > 32 && shape.weights() <= 128 ? 2 : 1;
  }

  /** The first sample of a tile. */
  public static int tileStart(TrainingPlan plan, int tile) {
    return (int) ((long) tile * plan.batch() / plan.tiles());
  }

  /** The sample after a tile's last. */
  public static int tileEnd(TrainingPlan plan, int tile) {
    return tileStart(plan, tile + 1);
  }
}
