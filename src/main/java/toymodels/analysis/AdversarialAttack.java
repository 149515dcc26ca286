package toymodels.analysis;

import toymodels.data.Inputs;
import toymodels.data.Task;
import toymodels.model.ModelBatch;
import toymodels.model.ModelKind;

/**
 * The analytic L2 attack on a ReLU-output model: inputs are moved by ε along the row of WᵀW of one
 * feature, which is how that output is reached fastest, and the feature is taken that harms most on
 * average (Elhage et al. 2022, Superposition and Adversarial Examples).
 *
 * <p>The paper does not say which model without superposition it divides by. Here it is W = [I 0]
 * with the means as biases of the rest, on the same data with the same ε: its loss rises by exactly
 * ε² times the importance of a feature it represents. Unit directions of a tight frame then have a
 * vulnerability of 1/Dᵢ, the number of features a dimension.
 *
 * @param epsilon length of the attack, {@value #SHARE} of the mean ‖x‖
 * @param feature the feature attacked
 * @param cleanLoss sum over features without attack
 * @param attackedLoss the same, inputs moved but targets not
 * @param baselineIncrease what the attack costs the model without superposition
 */
public record AdversarialAttack(
    double epsilon, int feature, double cleanLoss, double attackedLoss, double baselineIncrease) {
  /** The attack's length as a share of the mean length of inputs. */
  public static final double SHARE = 0.1;

  /**
   * Attacks one model.
   *
   * @param key of the model's held-out samples
   * @param samples how many
   * @throws IllegalArgumentException unless the model is a ReLU-output model
   */
  public static AdversarialAttack on(
      ModelBatch batch, int model, Task task, long key, int samples) {
    if (batch.shape().kind() != ModelKind.RELU_OUTPUT) {
      throw new IllegalArgumentException(
          "adversarial attack on a %s model, allowed is relu-output"
              .formatted(batch.shape().kind().configName()));
    }
    int n = batch.shape().features();
    Geometry geometry = Geometry.of(batch, model);
    double[] gram = geometry.gram();
    double[] importance = task.importance().values();
    float[] x = samples(task, key, samples);
    double[] pre = preActivations(batch, model, gram, x, samples);
    double epsilon = SHARE * meanLength(x, n);
    double clean = loss(x, pre, new double[n], importance);
    double worst = Double.NEGATIVE_INFINITY;
    int worstFeature = 0;
    double baseline = 0;
    for (int i = 0; i < n; i++) {
      double attacked = loss(x, pre, shift(gram, n, i, epsilon), importance);
      if (attacked > worst) {
        worst = attacked;
        worstFeature = i;
      }
      baseline = Math.max(baseline, i < geometry.hidden() ? importance[i] : 0);
    }
    return new AdversarialAttack(epsilon, worstFeature, clean, worst, baseline * epsilon * epsilon);
  }

  /** (L' − L) / (L₀' − L₀): how many times more vulnerable than without superposition. */
  public double vulnerability() {
    return (attackedLoss - cleanLoss) / baselineIncrease;
  }

  private static float[] samples(Task task, long key, int samples) {
    int n = task.features();
    float[] x = new float[samples * n];
    float[] block = new float[HeldOutLoss.BLOCK * n];
    Inputs inputs = new Inputs(task.inputs());
    for (int done = 0; done < samples; done += HeldOutLoss.BLOCK) {
      int count = Math.min(HeldOutLoss.BLOCK, samples - done);
      inputs.drawHeldOut(key, done / HeldOutLoss.BLOCK, count, block);
      System.arraycopy(block, 0, x, done * n, count * n);
    }
    return x;
  }

  private static double meanLength(float[] x, int n) {
    double sum = 0;
    for (int s = 0; s < x.length; s += n) {
      double square = 0;
      for (int i = 0; i < n; i++) {
        square += (double) x[s + i] * x[s + i];
      }
      sum += Math.sqrt(square);
    }
    return sum * n / x.length;
  }

  /** WᵀW x + b of every sample, (samples, features). */
  private static double[] preActivations(
      ModelBatch batch, int model, double[] gram, float[] x, int samples) {
    int n = batch.shape().features();
    double[] pre = new double[samples * n];
    for (int s = 0; s < samples; s++) {
      for (int i = 0; i < n; i++) {
        pre[s * n + i] = batch.biases()[model * n + i];
      }
      for (int j = 0; j < n; j++) {
        double value = x[s * n + j];
        for (int i = 0; value != 0 && i < n; i++) {
          pre[s * n + i] += value * gram[j * n + i];
        }
      }
    }
    return pre;
  }

  /** What ε (WᵀW)ᵢ / ‖(WᵀW)ᵢ‖ adds to the outputs before the ReLU, (features). */
  private static double[] shift(double[] gram, int n, int feature, double epsilon) {
    double length = 0;
    for (int j = 0; j < n; j++) {
      length += gram[feature * n + j] * gram[feature * n + j];
    }
    double[] shift = new double[n];
    if (length == 0) {
      return shift;
    }
    double scale = epsilon / Math.sqrt(length);
    for (int j = 0; j < n; j++) {
      for (int i = 0; i < n; i++) {
        shift[i] += scale * gram[feature * n + j] * gram[j * n + i];
      }
    }
    return shift;
  }

  private static double loss(float[] x, double[] pre, double[] shift, double[] importance) {
    int n = shift.length;
    double loss = 0;
    for (int s = 0; s < x.length; s += n) {
      for (int i = 0; i < n; i++) {
        double error = Math.max(pre[s + i] + shift[i], 0) - x[s + i];
        loss += importance[i] * error * error;
      }
    }
    return loss * n / x.length;
  }
}
