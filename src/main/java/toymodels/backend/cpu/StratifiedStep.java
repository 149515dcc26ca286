package toymodels.backend.cpu;

import toymodels.data.ActiveSamples;
import toymodels.data.Importance;
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
  private final ActiveSamples several = new ActiveSamples();
  private final float[] half;
  private final float[] third;
  private Strata strata;
  private int samples;
  private float none;

  StratifiedStep(GramKernels kernels, GramSums sums, TrainingPlan plan) {
    this.kernels = kernels;
    this.g = sums;
    this.plan = plan;
    gradientScale = (float) (2.0 / sums.n);
    lossScale = (float) (1.0 / sums.n);
    half = new float[sums.n];
    third = new float[sums.n];
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
      half[i] = (float) (importance.of(i) / 2);
      third[i] = (float) (importance.of(i) / 3);
    }
  }

  @Override
  public float gradient(long key, int step) {
    kernels.gram(g);
    kernels.oneActive(g);
    for (int i = 0; i < g.n; i++) {
      noneAndOne(i);
    }
    strata.draw(key, step, samples, several);
    GramStep.add(kernels, g, several);
    for (int i = 0; i < g.n; i++) {
      g.biasGradient[i] *= gradientScale;
    }
    g.symmetrise();
    kernels.finish(g, gradientScale);
    return g.totalLoss() * lossScale;
  }

  /** Output i where nothing is active, or one feature; its own feature's target once more. */
  private void noneAndOne(int i) {
    float y = g.outputOfNothing(i);
    float d = g.importance[i] * none * y;
    int own = i * g.width + i;
    ScalarGramKernels.Line line = ScalarGramKernels.Line.of(g.biases[i], g.gram[own], g.linear);
    float from = line.from();
    float to = line.to();
    float v = g.only[i];
    float loss = Math.fma(third[i], g.oneSquare[i], d * y);
    float bias = Math.fma(half[i], g.oneMean[i], d);
    g.loss[i] = Math.fma(v * third[i], 1 - line.length() * line.moment(), loss);
    g.biasGradient[i] = Math.fma(v * -half[i], Math.fma(to, to, -(from * from)), bias);
    float cubes = Math.fma(to * to, to, -(from * from * from));
    g.gramGradient[own] = Math.fma(v * -third[i], cubes, g.gramGradient[own]);
  }
}
