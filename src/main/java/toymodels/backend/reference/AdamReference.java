package toymodels.backend.reference;

import toymodels.train.Adam;

/** Kingma and Ba 2015, algorithm 1, with decoupled weight decay, in double. */
final class AdamReference {
  private AdamReference() {}

  /**
   * Updates every parameter of one model and its moments.
   *
   * @param step the step, from 0; t of the algorithm is step + 1
   * @param rate the learning rate of the step
   */
  static void update(
      Adam adam,
      int step,
      double rate,
      ReferenceModel p,
      ReferenceModel g,
      ReferenceModel m,
      ReferenceModel v) {
    update(adam, step, rate, p.encoder, g.encoder, m.encoder, v.encoder);
    if (!p.shape.kind().tied()) {
      update(adam, step, rate, p.decoder, g.decoder, m.decoder, v.decoder);
    }
    update(adam, step, rate, p.biases, g.biases, m.biases, v.biases);
  }

  private static void update(
      Adam adam, int step, double rate, double[] p, double[] g, double[] m, double[] v) {
    double correction1 = 1 - StrictMath.pow(adam.beta1(), step + 1.0);
    double correction2 = 1 - StrictMath.pow(adam.beta2(), step + 1.0);
    for (int i = 0; i < p.length; i++) {
      p[i] *= 1 - rate * adam.weightDecay();
      m[i] = adam.beta1() * m[i] + (1 - adam.beta1()) * g[i];
      v[i] = adam.beta2() * v[i] + (1 - adam.beta2()) * g[i] * g[i];
      p[i] -= rate * (m[i] / correction1) / (Math.sqrt(v[i] / correction2) + adam.epsilon());
    }
  }
}
