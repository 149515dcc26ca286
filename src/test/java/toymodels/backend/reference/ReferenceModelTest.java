package toymodels.backend.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import toymodels.data.FeatureDistribution;
import toymodels.data.Inputs;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;

class ReferenceModelTest {
  private static final double DELTA = 1e-6;

  /** Central differences at {@link #DELTA} err by DELTA² and by rounding, 1e-16 / DELTA. */
  private static final double TOLERANCE = 1e-6;

  @ParameterizedTest
  @EnumSource(ModelKind.class)
  void gradients_agree_with_finite_differences(ModelKind kind) {
    ModelShape shape = new ModelShape(kind, 5, 3);
    int samples = 64;
    float[] x = new float[samples * 5];
    new Inputs(FeatureDistribution.independent(5, 0.6).withSigns()).draw(5, 0, 0, samples, 1, x);
    double[] importance = {1, 0.9, 0.5, 2, 0.1};
    ReferenceModel model = new ReferenceModel(shape);
    Random random = new Random(17);
    for (double[] parameters : new double[][] {model.encoder, model.decoder, model.biases}) {
      for (int i = 0; i < parameters.length; i++) {
        parameters[i] = random.nextGaussian() * 0.6;
      }
    }
    ReferenceModel gradient = new ReferenceModel(shape);
    model.loss(x, samples, importance, 1.0 / samples, gradient);
    double[][] parameters = {model.encoder, model.decoder, model.biases};
    double[][] gradients = {gradient.encoder, gradient.decoder, gradient.biases};
    for (int a = 0; a < 3; a++) {
      for (int i = 0; i < parameters[a].length; i++) {
        double kept = parameters[a][i];
        parameters[a][i] = kept + DELTA;
        double above = model.loss(x, samples, importance, 0, null);
        parameters[a][i] = kept - DELTA;
        double below = model.loss(x, samples, importance, 0, null);
        parameters[a][i] = kept;
        double numeric = (above - below) / (2 * DELTA * samples);
        assertEquals(numeric, gradients[a][i], TOLERANCE, kind + " array " + a + " at " + i);
      }
    }
  }
}
