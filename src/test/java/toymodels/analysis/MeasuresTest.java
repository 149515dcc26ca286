package toymodels.analysis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import toymodels.data.FeatureDistribution;
import toymodels.data.Task;
import toymodels.model.ModelBatch;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;

class MeasuresTest {
  private static final int SAMPLES = 1 << 15;

  private static ModelBatch reluOutput(int hidden, double... w) {
    int n = w.length / hidden;
    ModelBatch batch = new ModelBatch(new ModelShape(ModelKind.RELU_OUTPUT, n, hidden), 1);
    for (int i = 0; i < w.length; i++) {
      batch.encoder()[i] = (float) w[i];
    }
    return batch;
  }

  private static Task task(int n, double p) {
    return Task.equallyImportant(FeatureDistribution.independent(n, p));
  }

  @Test
  void an_attack_costs_the_square_of_its_length_without_superposition() {
    ModelBatch batch = reluOutput(2, 1, 0, 0, 1, 0, 0);
    AdversarialAttack attack = AdversarialAttack.on(batch, 0, task(3, 0.3), 5, SAMPLES);
    double square = attack.epsilon() * attack.epsilon();
    assertEquals(square, attack.attackedLoss() - attack.cleanLoss(), 1e-9);
    assertEquals(1, attack.vulnerability(), 1e-9);
    assertTrue(attack.feature() < 2);
  }

  @Test
  void antipodal_pairs_are_twice_as_vulnerable() {
    ModelBatch batch = reluOutput(3, 1, 0, 0, -1, 0, 0, 0, 1, 0, 0, -1, 0, 0, 0, 1, 0, 0, -1);
    AdversarialAttack attack = AdversarialAttack.on(batch, 0, task(6, 0.02), 5, SAMPLES);
    // Inactive inputs reach 1/D = 2 exactly; two active of one pair are rare at this density.
    assertEquals(2, attack.vulnerability(), 0.1);
  }

  @Test
  void only_models_with_a_relu_output_alone_are_attacked() {
    ModelBatch batch = new ModelBatch(new ModelShape(ModelKind.RELU_HIDDEN, 3, 2), 1);
    assertThrows(
        IllegalArgumentException.class,
        () -> AdversarialAttack.on(batch, 0, task(3, 0.5), 1, SAMPLES));
  }

  @ParameterizedTest
  @CsvSource({
    "3, .01, .00519",
    "3, .03, .00626",
    "3, .1, .01020",
    "3, .2, .01585",
    "2, .1, .01471"
  })
  void nonlinear_compression_beats_linear_by_as_much_as_published(
      int cells, double ramp, double published) {
    double error = NonlinearCompression.meanSquaredError(cells, ramp);
    // The published numbers were sampled.
    assertEquals(published, error, 0.01 * published);
    assertTrue(error < NonlinearCompression.LINEAR);
  }

  @Test
  void nonlinear_compression_is_what_its_code_does() {
    int cells = 3;
    double ramp = 0.1;
    int grid = 3000;
    double sum = 0;
    for (int a = 0; a < grid; a++) {
      double x = (a + 0.5) / grid;
      double level = NonlinearCompression.staircase(cells * x, cells, ramp);
      for (int c = 0; c < grid; c++) {
        double y = (c + 0.5) / grid;
        double v = level + y;
        double cell = Math.min(Math.floor(v), cells - 1);
        double errorX = (cell + 0.5) / cells - x;
        double errorY = v - cell - y;
        sum += (errorX * errorX + errorY * errorY) / 2;
      }
    }
    // The midpoint rule over a kinked integrand: of the order of 1 / grid.
    assertEquals(sum / grid / grid, NonlinearCompression.meanSquaredError(cells, ramp), 1e-5);
    assertEquals(1.0 / 24 / 9, NonlinearCompression.meanSquaredError(3, 0), 1e-15);
    assertThrows(
        IllegalArgumentException.class, () -> NonlinearCompression.meanSquaredError(3, 1.5));
  }

  @Test
  void compressed_sensing_bounds_features_by_a_curve_through_the_highest_point() {
    double[] p = {0.5, 0.1, 0.01};
    double[] features = {1.5, 4, 12};
    double constant = CompressedSensing.constantOver(p, features);
    boolean touches = false;
    for (int k = 0; k < 3; k++) {
      double bound = CompressedSensing.featuresPerDimension(p[k], constant);
      assertTrue(features[k] <= bound * (1 + 1e-12));
      touches |= Math.abs(features[k] - bound) < 1e-9;
    }
    assertTrue(touches);
    assertEquals(1 / (0.1 * Math.log(10)), CompressedSensing.featuresPerDimension(0.1, 1), 1e-12);
    assertThrows(
        IllegalArgumentException.class, () -> CompressedSensing.featuresPerDimension(1, 1));
  }

  private static Neurons tied(int hidden, double... w) {
    int n = w.length / hidden;
    ModelBatch batch = new ModelBatch(new ModelShape(ModelKind.RELU_HIDDEN, n, hidden), 1);
    for (int i = 0; i < w.length; i++) {
      batch.encoder()[i] = (float) w[i];
    }
    return Neurons.of(batch, 0);
  }

  @Test
  void the_paper_s_code_of_three_features_in_two_neurons_is_recognised() {
    Neurons neurons =
        tied(
            3, /**/ 0, 1, 0.05, /**/ .87, 0.1, .88, /**/ .86, 0, -.82, /**/ -.72, 0, .82, /**/ 0, 0,
            0);
    List<NeuronCode> codes = NeuronCode.of(neurons);
    assertEquals(2, codes.size());
    NeuronCode shared = codes.get(0);
    assertArrayEquals(new int[] {0, 2}, shared.neurons());
    assertArrayEquals(new int[] {1, 2, 3}, shared.features());
    assertEquals("3 features in 2 neurons: (1,1) (1,-1) (-1,1)", shared.label());
    assertFalse(shared.pairs());
    assertTrue(codes.get(1).monosemantic());
    assertEquals("monosemantic", codes.get(1).label());
  }

  @Test
  void the_pair_code_of_five_neurons_is_recognised() {
    double[] w = new double[50];
    int feature = 0;
    for (int a = 0; a < 5; a++) {
      for (int b = 0; b < a; b++) {
        w[feature * 5 + a] = 0.75;
        w[feature * 5 + b] = 0.7;
        feature++;
      }
    }
    List<NeuronCode> codes = NeuronCode.of(tied(5, w));
    assertEquals(1, codes.size());
    assertEquals(10, codes.get(0).features().length);
    assertTrue(codes.get(0).pairs());
  }

  @Test
  void the_asymmetric_motif_is_found_and_needs_its_inhibitor() {
    ModelBatch batch = new ModelBatch(new ModelShape(ModelKind.ABSOLUTE_VALUE, 2, 3), 1);
    // Neuron 0 is the paper's: in 2 and -1/2, out 1/2 and 2. Neuron 1 is driven by feature 0.
    float[] in = {2, 1, -1, /**/ -0.5f, 0, 0};
    float[] out = {0.5f, 0, 1, /**/ 2, -4, 0};
    System.arraycopy(in, 0, batch.encoder(), 0, 6);
    System.arraycopy(out, 0, batch.decoder(), 0, 6);
    List<AsymmetricMotif> motifs = AsymmetricMotif.in(Neurons.of(batch, 0));
    assertEquals(1, motifs.size());
    AsymmetricMotif motif = motifs.get(0);
    assertEquals(new AsymmetricMotif(0, 0, 1, 4, 4, 1, -4), motif);
    assertEquals(motif.ratio(), AsymmetricMotif.in(Neurons.of(batch, 0).rescaled()).get(0).ratio());
    assertEquals(0, motif.left(Neurons.of(batch, 0)));
    batch.decoder()[4] = -1;
    assertEquals(0.75, motif.left(Neurons.of(batch, 0)));
    batch.decoder()[4] = 0;
    assertEquals(List.of(), AsymmetricMotif.in(Neurons.of(batch, 0)));
  }
}
