package toymodels.analysis;

import toymodels.model.ModelBatch;

/**
 * What single hidden neurons stand for, in models with a ReLU in the hidden layer: there the axes
 * are a privileged basis, and a neuron may serve one feature or many (Elhage et al. 2022,
 * Superposition in a Privileged Basis).
 */
public final class Neurons {
  /** The smallest share of a neuron's largest weight that counts: the eye's, in the paper. */
  public static final double SHARE = 0.25;

  /** A neuron whose {@link #strength} is at most this is dead. */
  public static final double DEAD = 0.1;

  private final int features;
  private final int hidden;
  private final double[] encoder;
  private final double[] decoder;

  private Neurons(int features, int hidden, double[] encoder, double[] decoder) {
    this.features = features;
    this.hidden = hidden;
    this.encoder = encoder;
    this.decoder = decoder;
  }

  /** The neurons of one model of a batch, its weights as they are. */
  public static Neurons of(ModelBatch batch, int model) {
    int w = batch.shape().weights();
    double[] encoder = new double[w];
    double[] decoder = new double[w];
    for (int i = 0; i < w; i++) {
      encoder[i] = batch.encoder()[model * w + i];
      decoder[i] = batch.decoder()[model * w + i];
    }
    return new Neurons(batch.shape().features(), batch.shape().hidden(), encoder, decoder);
  }

  /**
   * The same function, with every neuron's encoder divided by its largest |weight| and its decoder
   * multiplied: untied models compute the same for any such factor, so only this form compares.
   */
  public Neurons rescaled() {
    double[] in = encoder.clone();
    double[] out = decoder.clone();
    for (int a = 0; a < hidden; a++) {
      double largest = largest(a);
      for (int i = 0; i < features && largest > 0; i++) {
        in[i * hidden + a] /= largest;
        out[i * hidden + a] *= largest;
      }
    }
    return new Neurons(features, hidden, in, out);
  }

  public int features() {
    return features;
  }

  public int hidden() {
    return hidden;
  }

  /** Weight of feature i into neuron a. */
  public double in(int feature, int neuron) {
    return encoder[feature * hidden + neuron];
  }

  /** Weight of neuron a into output i; {@link #in} itself when the model is tied. */
  public double out(int feature, int neuron) {
    return decoder[feature * hidden + neuron];
  }

  /** The largest |weight| into a neuron. */
  public double largest(int neuron) {
    double largest = 0;
    for (int i = 0; i < features; i++) {
      largest = Math.max(largest, Math.abs(in(i, neuron)));
    }
    return largest;
  }

  /**
   * √(largest |weight| in · largest |weight| out): it does not change when a neuron is rescaled.
   */
  public double strength(int neuron) {
    double out = 0;
    for (int i = 0; i < features; i++) {
      out = Math.max(out, Math.abs(out(i, neuron)));
    }
    return Math.sqrt(largest(neuron) * out);
  }

  /** How many features have at least {@code share} of the neuron's largest weight; 0 if dead. */
  public int featuresOf(int neuron, double share) {
    double largest = largest(neuron);
    boolean dead = strength(neuron) <= DEAD;
    int count = 0;
    for (int i = 0; i < features && !dead; i++) {
      count += Math.abs(in(i, neuron)) >= share * largest ? 1 : 0;
    }
    return count;
  }

  /** Neurons that serve exactly one feature. */
  public int monosemantic(double share) {
    int count = 0;
    for (int a = 0; a < hidden; a++) {
      count += featuresOf(a, share) == 1 ? 1 : 0;
    }
    return count;
  }

  /** Neurons that serve exactly one feature, at {@link #SHARE}. */
  public int monosemantic() {
    return monosemantic(SHARE);
  }
}
