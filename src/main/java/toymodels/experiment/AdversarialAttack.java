package toymodels.experiment;

import java.util.Arrays;
import toymodels.analysis.Geometry;
import toymodels.data.Inputs;

/**
 * The L2 attack of the paper: the input is moved by a fixed length ε along the direction that most
 * raises one output, δᵢ = ε Gᵢ / ‖Gᵢ‖ with G = WᵀW, for the output i whose attack harms most on
 * average: one attack for all inputs.
 */
final class AdversarialAttack {
  /** Attacks are this share of the mean length of an input. */
  static final double STRENGTH = 0.1;

  private final int n;
  private final float[] inputs;
  private final int samples;
  private final double epsilon;

  /**
   * Attacks on given held-out inputs.
   *
   * @param key what the inputs are drawn by
   */
  AdversarialAttack(Inputs distribution, long key, int samples) {
    this.n = distribution.features();
    this.samples = samples;
    this.inputs = new float[samples * n];
    distribution.drawHeldOut(key, 0, samples, inputs);
    double length = 0;
    for (int s = 0; s < samples; s++) {
      double square = 0;
      for (int i = 0; i < n; i++) {
        square += inputs[s * n + i] * inputs[s * n + i];
      }
      length += Math.sqrt(square) / samples;
    }
    this.epsilon = STRENGTH * length;
  }

  double epsilon() {
    return epsilon;
  }

  /**
   * How much the worst attack raises the mean loss Σᵢ (xᵢ − x'ᵢ)².
   *
   * @param biases b, (features)
   */
  double increase(Geometry geometry, double[] biases) {
    double[] gram = geometry.gram();
    double[] moves = moves(gram);
    double[] increases = new double[n];
    double[] z = new double[n];
    for (int s = 0; s < samples; s++) {
      double before = 0;
      for (int i = 0; i < n; i++) {
        z[i] = biases[i];
        for (int j = 0; j < n; j++) {
          z[i] += gram[i * n + j] * inputs[s * n + j];
        }
        before += square(Math.max(z[i], 0) - inputs[s * n + i]);
      }
      for (int attack = 0; attack < n; attack++) {
        double after = 0;
        for (int i = 0; i < n; i++) {
          after += square(Math.max(z[i] + moves[attack * n + i], 0) - inputs[s * n + i]);
        }
        increases[attack] += (after - before) / samples;
      }
    }
    return Arrays.stream(increases).max().orElseThrow();
  }

  /** G δₖ for every attack k: what it adds to each output before the ReLU, (features, features). */
  private double[] moves(double[] gram) {
    double[] moves = new double[n * n];
    for (int k = 0; k < n; k++) {
      double length = 0;
      for (int j = 0; j < n; j++) {
        length += square(gram[k * n + j]);
      }
      double scale = length > 0 ? epsilon / Math.sqrt(length) : 0;
      for (int i = 0; i < n; i++) {
        double dot = 0;
        for (int j = 0; j < n; j++) {
          dot += gram[i * n + j] * gram[k * n + j];
        }
        moves[k * n + i] = scale * dot;
      }
    }
    return moves;
  }

  private static double square(double v) {
    return v * v;
  }
}
