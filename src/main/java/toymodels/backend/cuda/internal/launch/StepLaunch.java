package toymodels.backend.cuda.internal.launch;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import toymodels.backend.cuda.KernelVariant;
import toymodels.backend.cuda.internal.cublas.Cublas;
import toymodels.backend.cuda.internal.driver.GpuStream;
import toymodels.backend.cuda.internal.driver.Kernel;
import toymodels.backend.cuda.internal.driver.KernelModule;
import toymodels.backend.cuda.internal.driver.KernelPass;
import toymodels.backend.cuda.internal.driver.Product;
import toymodels.backend.cuda.internal.driver.StreamWork;
import toymodels.train.Study;

/** What one step puts on a stream: the kernels of a rung, and cuBLAS where it needs products. */
final class StepLaunch {
  private final KernelVariant variant;
  private final Study study;
  private final GpuStream stream;
  private final KernelModule module;
  private final Optional<Cublas> cublas;
  private final Map<String, Kernel> kernels = new HashMap<>();

  StepLaunch(
      KernelVariant variant,
      Study study,
      GpuStream stream,
      KernelModule module,
      Optional<Cublas> cublas) {
    this.variant = variant;
    this.study = study;
    this.stream = stream;
    this.module = module;
    this.cublas = cublas;
  }

  /**
   * Queues the step of so many models.
   *
   * @param address where the operands of products are on the device
   */
  void queue(int models, TrainingArguments arguments, ToLongFunction<Product.Place> address) {
    for (StreamWork work : variant.passes(study, models)) {
      if (work instanceof KernelPass pass) {
        kernels
            .computeIfAbsent(pass.entry(), module::kernel)
            .launch(pass.grid(), stream, arguments.argument());
      } else if (work instanceof Product product) {
        cublas.orElseThrow().multiply(product, address);
      }
    }
  }
}
