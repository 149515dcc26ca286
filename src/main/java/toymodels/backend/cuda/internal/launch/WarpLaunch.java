package toymodels.backend.cuda.internal.launch;

import java.util.List;
import java.util.Optional;
import toymodels.backend.cuda.internal.driver.Kernel;
import toymodels.backend.cuda.internal.driver.KernelPass;
import toymodels.model.ModelShape;
import toymodels.train.Study;
import toymodels.train.SummationOrder;

/**
 * The shapes for which a model on the lanes of a warp is compiled: registers cannot be indexed, so
 * sizes must be constants. Twin of {@code WARP_SHAPES} in {@code kernels/warp_model.cuh}.
 */
public final class WarpLaunch {
  private static final int THREADS = 64;
  private static final int SAMPLE_LANES = 16;

  /** Q feature lanes, N features of each, M hidden dimensions. */
  public record Compiled(int featureLanes, int features, int hidden) {
    boolean serves(ModelShape shape) {
      int lanes = SummationOrder.featureLanes(shape);
      return lanes == featureLanes
          && (shape.features() + lanes - 1) / lanes == features
          && shape.hidden() == hidden;
    }

    public String suffix() {
      return "_%d_%d_%d".formatted(featureLanes, features, hidden);
    }
  }

  public static final List<Compiled> COMPILED =
      List.of(
          new Compiled(1, 2, 1),
          new Compiled(1, 3, 2),
          new Compiled(1, 4, 2),
          new Compiled(1, 5, 2),
          new Compiled(1, 6, 2),
          new Compiled(1, 6, 3),
          new Compiled(2, 5, 5),
          new Compiled(2, 6, 3),
          new Compiled(2, 7, 5),
          new Compiled(2, 10, 5));

  private WarpLaunch() {}

  public static Optional<String> unsupportedReason(Study study) {
    ModelShape shape = study.shape();
    if (!shape.kind().tied()) {
      return Optional.of("untied weights do not fit the registers of a warp");
    }
    if (TaskTables.coupled(study)) {
      return Optional.of("coupled features are drawn through shared memory");
    }
    if (find(shape).isEmpty()) {
      return Optional.of(
          "n = %d, m = %d is not among the shapes compiled for registers"
              .formatted(shape.features(), shape.hidden()));
    }
    return Optional.empty();
  }

  private static Optional<Compiled> find(ModelShape shape) {
    return COMPILED.stream().filter(c -> c.serves(shape)).findFirst();
  }

  public static KernelPass pass(String prefix, ModelShape shape, int models) {
    long threads = (long) models * SAMPLE_LANES * SummationOrder.featureLanes(shape);
    return new KernelPass(
        prefix + find(shape).orElseThrow().suffix(), Kernel.Grid.over(threads, THREADS));
  }
}
