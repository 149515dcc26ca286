package toymodels.backend.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import toymodels.backend.exact.ExpectedLoss;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Strata;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;

class OneActiveTest {
  private static final int N = 5;
  private static final int M = 3;

  /** Exact for the squares that the loss is made of, on either side of its kink. */
  private static final double[] SIMPSON = {1.0 / 6, 4.0 / 6, 1.0 / 6};

  private static final double AGREEMENT = 1e-12;
  private static final double DELTA = 1e-5;

  /** Central differences of a function with kinks in its second derivative: about DELTA². */
  private static final double DIFFERENCES = 1e-9;

  private static final double[] IMPORTANCE = {1, 0.9, 0, 2, 0.1};
  private static final double[] ONLY = {0.3, 0.1, 0.05, 0.2, 0.01};

  private static ReferenceModel random(ModelKind kind) {
    ReferenceModel model = new ReferenceModel(new ModelShape(kind, N, M));
    Random random = new Random(29);
    for (double[] parameters : new double[][] {model.encoder, model.biases}) {
      for (int i = 0; i < parameters.length; i++) {
        parameters[i] = 0.6 * random.nextGaussian();
      }
    }
    return model;
  }

  @ParameterizedTest
  @EnumSource(
      value = ModelKind.class,
      names = {"LINEAR", "RELU_OUTPUT"})
  void closed_form_agrees_with_quadrature(ModelKind kind) {
    ReferenceModel model = random(kind);
    ReferenceModel gradient = new ReferenceModel(model.shape);
    double loss = OneActive.loss(model, ONLY, IMPORTANCE, 1, gradient);
    ReferenceModel summed = new ReferenceModel(model.shape);
    double sum = 0;
    for (int j = 0; j < N; j++) {
      for (int i = 0; i < N; i++) {
        sum += integrate(model, i, j, summed);
      }
    }
    assertEquals(sum, loss, AGREEMENT);
    for (int i = 0; i < N * M; i++) {
      assertEquals(summed.encoder[i], gradient.encoder[i], AGREEMENT, "weight " + i);
    }
    for (int i = 0; i < N; i++) {
      assertEquals(summed.biases[i], gradient.biases[i], AGREEMENT, "bias " + i);
    }
  }

  /** Output i's part of the loss where j alone is active, by Simpson's rule on both sides of 0. */
  private static double integrate(ReferenceModel model, int i, int j, ReferenceModel gradient) {
    double slope = 0;
    for (int k = 0; k < M; k++) {
      slope += model.encoder[i * M + k] * model.encoder[j * M + k];
    }
    double root = Math.min(1, Math.max(0, -model.biases[i] / slope));
    double loss = 0;
    for (double[] side : new double[][] {{0, root}, {root, 1}}) {
      double width = side[1] - side[0];
      double inside = model.biases[i] + slope * (side[0] + width / 2);
      boolean passes = inside > 0 || !model.shape.kind().reluOutput();
      for (int node = 0; node < 3; node++) {
        double s = side[0] + width * node / 2;
        double y = passes ? model.biases[i] + slope * s : 0;
        double error = y - (i == j ? s : 0);
        double weight = ONLY[j] * IMPORTANCE[i] * width * SIMPSON[node];
        double d = passes ? 2 * weight * error : 0;
        loss += weight * error * error;
        gradient.biases[i] += d;
        for (int k = 0; k < M; k++) {
          gradient.encoder[i * M + k] += d * s * model.encoder[j * M + k];
          gradient.encoder[j * M + k] += d * s * model.encoder[i * M + k];
        }
      }
    }
    return loss;
  }

  @ParameterizedTest
  @EnumSource(
      value = ModelKind.class,
      names = {"LINEAR", "RELU_OUTPUT"})
  void gradients_agree_with_finite_differences(ModelKind kind) {
    ReferenceModel model = random(kind);
    ReferenceModel gradient = new ReferenceModel(model.shape);
    OneActive.loss(model, ONLY, IMPORTANCE, 1, gradient);
    ReferenceModel nothing = new ReferenceModel(model.shape);
    double[][] parameters = {model.encoder, model.biases};
    double[][] gradients = {gradient.encoder, gradient.biases};
    for (int a = 0; a < 2; a++) {
      for (int i = 0; i < parameters[a].length; i++) {
        double kept = parameters[a][i];
        parameters[a][i] = kept + DELTA;
        double above = OneActive.loss(model, ONLY, IMPORTANCE, 0, nothing);
        parameters[a][i] = kept - DELTA;
        double below = OneActive.loss(model, ONLY, IMPORTANCE, 0, nothing);
        parameters[a][i] = kept;
        assertEquals((above - below) / (2 * DELTA), gradients[a][i], DIFFERENCES);
      }
    }
  }

  @Test
  void it_is_the_exact_loss_at_one_active_feature() {
    ReferenceModel model = random(ModelKind.RELU_OUTPUT);
    FeatureDistribution inputs = FeatureDistribution.independent(N, 0.2);
    Strata strata = new Strata(inputs);
    double[] only = new double[N];
    for (int j = 0; j < N; j++) {
      only[j] = strata.only(j);
    }
    ExpectedLoss exact =
        ExpectedLoss.truncated(model.shape, new Task(inputs, new Importance(IMPORTANCE)), N);
    double[] parts = exact.lossByActiveCount(model.encoder, model.biases);
    assertEquals(
        parts[1],
        OneActive.loss(model, only, IMPORTANCE, 1, new ReferenceModel(model.shape)),
        1e-14);
  }
}
