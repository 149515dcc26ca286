package toymodels.backend.cuda.internal.launch;

import java.util.ArrayList;
import java.util.List;
import toymodels.backend.cuda.internal.driver.Kernel;
import toymodels.backend.cuda.internal.driver.KernelPass;
import toymodels.backend.cuda.internal.driver.Product;
import toymodels.backend.cuda.internal.driver.Product.Matrix;
import toymodels.backend.cuda.internal.driver.Product.Place;
import toymodels.backend.cuda.internal.driver.StreamWork;
import toymodels.model.ModelShape;
import toymodels.train.Study;

/**
 * The products and kernels of rung 0, and where a model's matrices lie. Twin of {@code
 * CublasScratch} in {@code kernels/train_step_0_cublas.cu}.
 *
 * <p>Inputs x and output gradients d are the upper and lower half of one matrix of 2 B rows, as are
 * hidden gradients dh and gated hidden units g; so where weights are tied, dh · x and g · d are one
 * product of 2 B terms.
 */
public final class CublasLaunch {
  private static final int THREADS = 128;
  private static final int WIDE = 256;
  private static final int ALIGNED = 4;
  private static final int FLAG = 4;

  private final ModelShape shape;
  private final int batch;
  private final int models;
  private final long parameters;
  private final long hidden;
  private final long gradient;
  private final long floats;

  private CublasLaunch(Study study, int models) {
    this.shape = study.shape();
    this.batch = study.plan().batch();
    this.models = models;
    this.parameters = shape.parameters();
    long weights = parameters - shape.features();
    this.hidden = aligned(2L * batch * shape.features());
    this.gradient = hidden + aligned(2L * batch * shape.hidden());
    this.floats =
        gradient
            + aligned(weights)
            + aligned(shape.features())
            + FLAG
            + aligned((long) batch * TaskTables.maxSets(study));
  }

  private static long aligned(long floats) {
    return (floats + ALIGNED - 1) / ALIGNED * ALIGNED;
  }

  public static long scratchBytes(Study study) {
    return Float.BYTES * new CublasLaunch(study, 1).floats;
  }

  /** A step after its batch is drawn. */
  public static List<StreamWork> steps(Study study, int models) {
    return new CublasLaunch(study, models).steps();
  }

  private List<StreamWork> steps() {
    int n = shape.features();
    int m = shape.hidden();
    boolean tied = shape.kind().tied();
    Matrix encoder = Matrix.of(Place.WEIGHTS, 0, parameters, m, n, m);
    Matrix decoder = Matrix.of(Place.WEIGHTS, tied ? 0 : shape.weights(), parameters, m, n, m);
    Matrix x = half(0, n, 0);
    Matrix d = half(0, n, 1);
    Matrix dh = half(hidden, m, 0);
    Matrix g = half(hidden, m, 1);
    StreamWork gate = kernel("cublas_gate", (long) models * m * batch, THREADS);
    StreamWork gateGradient = kernel("cublas_gate_gradient", (long) models * m * batch, THREADS);
    boolean gated = shape.kind().reluHidden();

    List<StreamWork> steps = new ArrayList<>();
    steps.add(new Product(x, encoder.transpose(), g, models));
    if (gated) {
      steps.add(gate);
    }
    steps.add(new Product(g, decoder, d, models));
    steps.add(new KernelPass("cublas_output", new Kernel.Grid((long) models * n, THREADS, 0)));
    steps.add(new Product(d, decoder.transpose(), dh, models));
    if (gated) {
      steps.add(gateGradient);
    }
    if (tied) {
      Matrix both = Matrix.of(Place.SCRATCH, hidden, floats, 2 * batch, m, 2 * batch);
      Matrix inputs = Matrix.of(Place.SCRATCH, 0, floats, 2 * batch, n, 2 * batch);
      steps.add(new Product(both.transpose(), inputs, gradient(0), models));
    } else {
      steps.add(new Product(dh.transpose(), x, gradient(0), models));
      steps.add(new Product(g.transpose(), d, gradient(shape.weights()), models));
    }
    steps.add(kernel("cublas_update", models * (parameters - n), WIDE));
    steps.add(new KernelPass("cublas_finish", new Kernel.Grid(models, WIDE, 0)));
    return steps;
  }

  /** The upper (0) or lower (1) half of a matrix of 2 B rows. */
  private Matrix half(long offset, int columns, int which) {
    return Matrix.of(
        Place.SCRATCH, offset + (long) which * batch, floats, batch, columns, 2 * batch);
  }

  private Matrix gradient(long offset) {
    int m = shape.hidden();
    return Matrix.of(Place.SCRATCH, gradient + offset, floats, m, shape.features(), m);
  }

  private static StreamWork kernel(String entry, long threads, int block) {
    return new KernelPass(entry, Kernel.Grid.over(threads, block));
  }
}
