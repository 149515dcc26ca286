package toymodels.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import toymodels.backend.cpu.internal.dense.Parameters;
import toymodels.backend.cpu.internal.sparse.ScalarSparseLayerKernels;
import toymodels.backend.cpu.internal.sparse.SparseLayerKernels;
import toymodels.backend.cpu.internal.sparse.SparseLayerStep;
import toymodels.backend.cpu.internal.vector.VectorSparseLayerKernels;
import toymodels.backend.cpu.internal.vector.VectorWidth;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.SparseInputs;
import toymodels.data.SparseSamples;
import toymodels.data.Task;
import toymodels.model.ModelBatch;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.train.InitialWeights;
import toymodels.train.ModelSlice;
import toymodels.train.Study;
import toymodels.train.TrainingPlan;

/** Samples through layers as docs/arithmetic.md section 5 defines them have the bits of the CPU. */
class SparseLayerOrderTest {
  private static final int STEP = 3;

  /** From one vector to all blocks of vectors, of four, eight or sixteen lanes. */
  @ParameterizedTest
  @CsvSource({
    "RELU_HIDDEN, 1, 1, false",
    "RELU_HIDDEN, 16, 8, true",
    "RELU_HIDDEN, 40, 70, false",
    "ABSOLUTE_VALUE, 7, 11, true",
    "ABSOLUTE_VALUE, 67, 2, true",
    "ABSOLUTE_VALUE, 20, 24, false",
    "ABSOLUTE_VALUE, 100, 40, true",
    "ABSOLUTE_VALUE, 150, 132, true",
  })
  void a_gradient_has_the_bits_of_the_definition(ModelKind kind, int n, int m, boolean signed) {
    ModelShape shape = new ModelShape(kind, n, m);
    FeatureDistribution inputs = FeatureDistribution.independent(n, n > 60 ? 0.02 : 0.2);
    Task task = new Task(signed ? inputs.withSigns() : inputs, Importance.geometric(n, 0.9));
    TrainingPlan plan = TrainingPlan.notebook().withBatch(1100).withSeed(5);
    Study study = new Study(shape, List.of(task), 1, plan);
    ModelBatch initial = InitialWeights.of(study, ModelSlice.all(study));
    for (int i = 0; i < n; i++) {
      initial.biases()[i] = 0.01f * (i % 7) - 0.02f;
    }
    Parameters model = Parameters.of(shape);
    model.load(initial, 0);
    Parameters expected = Parameters.of(shape);
    float loss = gradient(study, model, expected);
    List<SparseLayerKernels> all = new ArrayList<>(List.of(new ScalarSparseLayerKernels()));
    if (VectorWidth.kernels().lanes() > 1) {
      all.add(new VectorSparseLayerKernels());
    }
    for (SparseLayerKernels kernels : all) {
      SparseLayerStep step = new SparseLayerStep(kernels, shape, plan.batch());
      step.use(task);
      Parameters actual = Parameters.of(shape);
      String where = kernels.lanes() + " lanes";
      assertEquals(loss, step.gradient(study.key(0), STEP, model, actual), where);
      assertArrayEquals(expected.encoder(), actual.encoder(), "encoder, " + where);
      assertArrayEquals(expected.decoder(), actual.decoder(), "decoder, " + where);
      assertArrayEquals(expected.biases(), actual.biases(), "biases, " + where);
    }
  }

  private static float gradient(Study study, Parameters model, Parameters gradient) {
    ModelShape shape = study.shape();
    Task task = study.task(0);
    int n = shape.features();
    int batch = study.plan().batch();
    float[] losses = new float[n];
    Parameters sums = Parameters.of(new ModelShape(ModelKind.ABSOLUTE_VALUE, n, shape.hidden()));
    SparseSamples active = new SparseSamples();
    int zeros = 0;
    for (int block = 0; block < SparseInputs.blocks(batch); block++) {
      int samples = SparseInputs.samples(batch, block);
      new SparseInputs(task.inputs()).draw(study.key(0), STEP, block, samples, active);
      float[] x = active.dense(n);
      for (int s = 0; s < active.samples(); s++) {
        sample(shape, task, model, active, x, s, sums, losses);
      }
      zeros += samples - active.samples();
    }
    double count = (double) batch * n;
    float loss = 0;
    for (int i = 0; i < n; i++) {
      float y = Math.max(model.biases()[i], 0);
      float d = (float) task.importance().of(i) * zeros * y;
      gradient.biases()[i] = (sums.biases()[i] + d) * (float) (2 / count);
      loss += Math.fma(d, y, losses[i]);
    }
    for (int w = 0; w < shape.weights(); w++) {
      float encoder = model.tied() ? sums.encoder()[w] + sums.decoder()[w] : sums.encoder()[w];
      gradient.decoder()[w] = sums.decoder()[w] * (float) (2 / count);
      gradient.encoder()[w] = encoder * (float) (2 / count);
    }
    return loss * (float) (1 / count);
  }

  private static void sample(
      ModelShape shape,
      Task task,
      Parameters model,
      SparseSamples active,
      float[] x,
      int s,
      Parameters sums,
      float[] losses) {
    int n = shape.features();
    int m = shape.hidden();
    float[] h = new float[m];
    for (int a = 0; a < m; a++) {
      float sum = 0;
      for (int e = active.starts()[s]; e < active.starts()[s + 1]; e++) {
        int j = active.features()[e];
        sum = Math.fma(x[s * n + j], model.encoder()[j * m + a], sum);
      }
      h[a] = Math.max(sum, 0);
    }
    float[] dh = new float[m];
    for (int i = 0; i < n; i++) {
      float pre = model.biases()[i];
      for (int a = 0; a < m; a++) {
        pre = Math.fma(h[a], model.decoder()[i * m + a], pre);
      }
      float t = shape.kind().targetsAbsoluteValue() ? Math.abs(x[s * n + i]) : x[s * n + i];
      float e = Math.max(pre, 0) - t;
      float weighted = (float) task.importance().of(i) * e;
      float d = pre > 0 ? weighted : 0;
      losses[i] = Math.fma(weighted, e, losses[i]);
      sums.biases()[i] += d;
      for (int a = 0; a < m; a++) {
        int w = i * m + a;
        dh[a] = Math.fma(d, model.decoder()[w], dh[a]);
        sums.decoder()[w] = Math.fma(h[a], d, sums.decoder()[w]);
      }
    }
    for (int e = active.starts()[s]; e < active.starts()[s + 1]; e++) {
      int j = active.features()[e];
      for (int a = 0; a < m; a++) {
        int w = j * m + a;
        sums.encoder()[w] = Math.fma(x[s * n + j], h[a] > 0 ? dh[a] : 0, sums.encoder()[w]);
      }
    }
  }
}
