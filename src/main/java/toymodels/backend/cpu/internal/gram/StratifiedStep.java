package toymodels.backend.cpu.internal.gram;

import toymodels.data.Importance;
import toymodels.data.SparseSamples;
import toymodels.data.Strata;
import toymodels.data.Task;
import toymodels.train.TrainingPlan;

/** The step of the estimator stratified: none and one active in closed form, several by samples. */
final class StratifiedStep implements GramStep {
  private final GramKernels kernels;
  private final GramSums g;
  private final TrainingPlan plan;
  private final float gradientScale;
  private final float lossScale;
  private final SparseSamples several = new SparseSamples();
  private Strata strata;
  private int samples;
  private float none;

  StratifiedStep(GramKernels kernels, GramSums sums, TrainingPlan plan) {
    this.kernels = kernels;
    this.g = sums;
    this.plan = plan;
    gradientScale = (float) (2.0 / sums.n);
    lossScale = (float) (1.0 / sums.n);
  }

  @Override
  public void use(Task task) {
    strata = new Strata(task.inputs());
    samples =
        plan.stratifiedSamples() > 0 ? plan.stratifiedSamples() : strata.samples(plan.batch());
    Importance importance = task.importance();
    g.use(importance);
    g.weigh((float) (strata.several() / samples));
    none = (float) strata.none();
    for (int i = 0; i < g.n; i++) {
      g.only[i] = (float) strata.only(i);
      g.onlyBits[i] = Float.floatToRawIntBits(g.only[i]);
      g.half[i] = (float) (importance.of(i) / 2);
      g.third[i] = (float) (importance.of(i) / 3);
    }
  }

  @Override
  public float gradient(long key, int step) {
    kernels.gram(g);
    kernels.oneActive(g);
    kernels.noneAndOwn(g, none);
    strata.draw(key, step, samples, several);
    kernels.samples(g, several);
    for (int i = 0; i < g.n; i++) {
      g.biasGradient[i] *= gradientScale;
    }
    g.symmetrise();
    kernels.finish(g, gradientScale);
    return g.totalLoss() * lossScale;
  }
}
