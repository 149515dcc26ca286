package toymodels.train;

import java.util.Arrays;
import toymodels.data.RandomStream;
import toymodels.data.Xoshiro;
import toymodels.model.ModelBatch;

/**
 * Draws initial parameters on the host, the same for every backend: weights are normals by Box and
 * Muller 1958 in double with StrictMath, rounded once; encoder first, then an untied decoder;
 * biases are as given.
 */
public final class InitialWeights {
  private InitialWeights() {}

  /** Initial weights of the models of a range, each from its own task and replica alone. */
  public static ModelBatch of(Study study, ModelSlice range) {
    ModelBatch batch = new ModelBatch(study.shape(), range.count());
    double std = study.plan().initialization().std(study.shape());
    int w = study.shape().weights();
    for (int k = 0; k < range.count(); k++) {
      Xoshiro generator =
          Xoshiro.seeded(study.key(range.first() + k), 0, 0, 0, RandomStream.INITIAL_WEIGHTS);
      fill(generator, std, batch.encoder(), k * w, w);
      if (!study.shape().kind().tied()) {
        fill(generator, std, batch.decoder(), k * w, w);
      }
    }
    Arrays.fill(batch.biases(), (float) study.plan().initialization().bias());
    return batch;
  }

  private static void fill(Xoshiro generator, double std, float[] out, int at, int length) {
    for (int i = 0; i < length; i += 2) {
      double radius = std * Math.sqrt(-2 * StrictMath.log(generator.nextOpenUnit()));
      double angle = 2 * StrictMath.PI * generator.nextOpenUnit();
      out[at + i] = (float) (radius * StrictMath.cos(angle));
      if (i + 1 < length) {
        out[at + i + 1] = (float) (radius * StrictMath.sin(angle));
      }
    }
  }
}
