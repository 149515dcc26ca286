package toymodels.backend.cuda.internal.launch;

import java.util.stream.Stream;
import toymodels.backend.cuda.internal.driver.Kernel;
import toymodels.backend.cuda.internal.driver.KernelPass;
import toymodels.model.ModelShape;
import toymodels.train.Study;

/**
 * How rung 6 divides its phases. Twin of the constants of {@code kernels/train_step_6_tiled.cu}.
 */
public final class TiledLaunch {
  private static final int SAMPLES = 128;
  private static final int UNITS = 8;
  private static final int SIDE = 32;
  private static final int THREADS = 256;

  private TiledLaunch() {}

  private static long parts(long whole, long part) {
    return (whole + part - 1) / part;
  }

  /** The phases after the batch is drawn. */
  public static Stream<KernelPass> passes(Study study, int models) {
    ModelShape shape = study.shape();
    long samples = models * parts(study.plan().batch(), SAMPLES);
    Kernel.Grid hidden = new Kernel.Grid(samples * parts(shape.hidden(), UNITS), SAMPLES, 0);
    Kernel.Grid output = new Kernel.Grid(samples * parts(shape.features(), UNITS), SAMPLES, 0);
    long matrices = shape.kind().tied() ? 1 : 2;
    long tiles = parts(shape.features(), SIDE) * parts(shape.hidden(), SIDE);
    return Stream.of(
        new KernelPass("tiled_forward", hidden),
        new KernelPass("tiled_output", output),
        new KernelPass("tiled_backward", hidden),
        new KernelPass("tiled_update", new Kernel.Grid(models * tiles * matrices, THREADS, 0)),
        new KernelPass("tiled_finish", new Kernel.Grid(models, THREADS, 0)));
  }
}
