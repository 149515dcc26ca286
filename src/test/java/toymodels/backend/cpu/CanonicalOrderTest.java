package toymodels.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import toymodels.backend.cpu.internal.dense.DenseStep;
import toymodels.backend.cpu.internal.dense.Kernels;
import toymodels.backend.cpu.internal.dense.Parameters;
import toymodels.backend.cpu.internal.dense.ScalarKernels;
import toymodels.backend.cpu.internal.vector.VectorWidth;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Inputs;
import toymodels.data.Task;
import toymodels.model.ModelBatch;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.train.InitialWeights;
import toymodels.train.ModelSlice;
import toymodels.train.Study;
import toymodels.train.SummationOrder;
import toymodels.train.TrainingPlan;

/** docs/arithmetic.md section 3, written down sample by sample, has the bits of the CPU backend. */
class CanonicalOrderTest {
  private static final int P = 16;

  @ParameterizedTest
  @CsvSource({
    "RELU_OUTPUT, 5, 2, 1",
    "RELU_OUTPUT, 20, 5, 3",
    "LINEAR, 11, 3, 1",
    "RELU_HIDDEN, 16, 8, 2",
    "ABSOLUTE_VALUE, 7, 11, 1",
    "ABSOLUTE_VALUE, 67, 2, 3",
    "RELU_OUTPUT, 1, 40, 1",
    "LINEAR, 10, 6, 1",
    "RELU_OUTPUT, 9, 7, 2",
    "RELU_HIDDEN, 6, 9, 1",
    "ABSOLUTE_VALUE, 14, 10, 1",
    "LINEAR, 12, 13, 1",
    "RELU_OUTPUT, 8, 14, 1",
    "RELU_OUTPUT, 3, 16, 1",
    "LINEAR, 4, 18, 1",
  })
  void a_gradient_has_the_bits_of_the_definition(ModelKind kind, int n, int m, int microBatches) {
    ModelShape shape = new ModelShape(kind, n, m);
    Task task =
        new Task(FeatureDistribution.independent(n, 0.4).withSigns(), Importance.geometric(n, 0.9));
    TrainingPlan plan =
        TrainingPlan.notebook().withBatch(300).withMicroBatches(microBatches).withSeed(5);
    Study study = new Study(shape, List.of(task), 1, plan);
    ModelBatch initial = InitialWeights.of(study, ModelSlice.all(study));
    for (int i = 0; i < n; i++) {
      initial.biases()[i] = 0.01f * i - 0.02f;
    }
    Parameters model = Parameters.of(shape);
    model.load(initial, 0);
    Parameters expected = Parameters.of(shape);
    float loss = gradient(study, task, model, expected);
    for (Kernels kernels : List.of(new ScalarKernels("in a test"), VectorWidth.kernels())) {
      DenseStep step = new DenseStep(kernels, shape, plan);
      step.use(task);
      Parameters actual = Parameters.of(shape);
      assertEquals(loss, step.gradient(study.key(0), 3, model, actual), kernels.description());
      assertArrayEquals(expected.encoder(), actual.encoder(), "encoder");
      assertArrayEquals(expected.decoder(), actual.decoder(), "decoder");
      assertArrayEquals(expected.biases(), actual.biases(), "biases");
    }
  }

  private static float gradient(Study study, Task task, Parameters model, Parameters gradient) {
    TrainingPlan plan = study.plan();
    int n = study.shape().features();
    int m = study.shape().hidden();
    int lanes = SummationOrder.featureLanes(study.shape());
    float loss = 0;
    for (int tile = 0; tile < plan.microBatches(); tile++) {
      int samples =
          SummationOrder.microBatchEnd(plan, tile) - SummationOrder.microBatchStart(plan, tile);
      float[] x = new float[samples * n];
      new Inputs(task.inputs()).draw(study.key(0), 3, tile, samples, lanes, x);
      Parameters[] sums = new Parameters[P];
      float[][] losses = new float[lanes][P];
      for (int lane = 0; lane < P; lane++) {
        sums[lane] = Parameters.of(study.shape());
        for (int s = lane; s < samples; s += P) {
          sample(study.shape(), task, model, x, s * n, lanes, sums[lane], losses, lane);
        }
      }
      for (int i = 0; i < n * m; i++) {
        int k = i;
        gradient.encoder()[i] += butterfly(lane -> sums[lane].encoder()[k]);
        if (!model.tied()) {
          gradient.decoder()[i] += butterfly(lane -> sums[lane].decoder()[k]);
        }
      }
      for (int i = 0; i < n; i++) {
        int k = i;
        gradient.biases()[i] += butterfly(lane -> sums[lane].biases()[k]);
      }
      loss += butterfly(lane -> lanes == 1 ? losses[0][lane] : losses[0][lane] + losses[1][lane]);
    }
    double count = (double) plan.batch() * n;
    for (float[] g : List.of(gradient.encoder(), gradient.biases())) {
      scale(g, (float) (2 / count));
    }
    if (!model.tied()) {
      scale(gradient.decoder(), (float) (2 / count));
    }
    return loss * (float) (1 / count);
  }

  private static void scale(float[] g, float c) {
    for (int i = 0; i < g.length; i++) {
      g[i] = (g[i] + 0f) * c;
    }
  }

  private static void sample(
      ModelShape shape,
      Task task,
      Parameters model,
      float[] x,
      int at,
      int lanes,
      Parameters sums,
      float[][] losses,
      int lane) {
    ModelKind kind = shape.kind();
    int n = shape.features();
    int m = shape.hidden();
    float[] h = throughLanes(model.encoder(), x, at, n, m, lanes);
    float[] g = new float[m];
    for (int j = 0; j < m; j++) {
      g[j] = kind.reluHidden() && !(h[j] > 0) ? 0 : h[j];
    }
    float[] d = new float[n];
    float[] l = new float[lanes];
    for (int i = 0; i < n; i++) {
      float pre = model.biases()[i];
      for (int j = 0; j < m; j++) {
        pre = Math.fma(g[j], model.decoder()[i * m + j], pre);
      }
      boolean passes = !kind.reluOutput() || pre > 0;
      float t = kind.targetsAbsoluteValue() ? Math.abs(x[at + i]) : x[at + i];
      float e = (passes ? pre : 0) - t;
      float weighted = (float) task.importance().of(i) * e;
      d[i] = passes ? weighted : 0;
      l[i % lanes] = Math.fma(weighted, e, l[i % lanes]);
      sums.biases()[i] += d[i];
    }
    for (int q = 0; q < lanes; q++) {
      losses[q][lane] += l[q];
    }
    float[] dg = throughLanes(model.decoder(), d, 0, n, m, lanes);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < m; j++) {
        float dh = kind.reluHidden() && !(h[j] > 0) ? 0 : dg[j];
        int w = i * m + j;
        sums.decoder()[w] = Math.fma(g[j], d[i], sums.decoder()[w]);
        sums.encoder()[w] = Math.fma(dh, x[at + i], sums.encoder()[w]);
      }
    }
  }

  /** For each hidden unit, Σ over features lane by lane, and the lanes' sum. */
  private static float[] throughLanes(float[] w, float[] in, int at, int n, int m, int lanes) {
    float[] out = new float[m];
    for (int j = 0; j < m; j++) {
      float[] sum = new float[lanes];
      for (int i = 0; i < n; i++) {
        sum[i % lanes] = Math.fma(in[at + i], w[i * m + j], sum[i % lanes]);
      }
      out[j] = (lanes == 1 ? sum[0] : sum[0] + sum[1]) + 0f;
    }
    return out;
  }

  private interface Lane {
    float of(int lane);
  }

  /** Lane 0's sum after strides 8, 4, 2, 1. */
  private static float butterfly(Lane values) {
    float[] a = new float[P];
    for (int lane = 0; lane < P; lane++) {
      a[lane] = values.of(lane);
    }
    for (int stride = P / 2; stride > 0; stride /= 2) {
      float[] b = new float[P];
      for (int lane = 0; lane < P; lane++) {
        b[lane] = a[lane] + a[lane ^ stride];
      }
      a = b;
    }
    return a[0];
  }
}
