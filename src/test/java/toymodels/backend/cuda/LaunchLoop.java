package toymodels.backend.cuda;

import static jcuda.driver.JCudaDriver.cuLaunchKernel;
import static jcuda.driver.JCudaDriver.cuModuleGetFunction;
import static jcuda.driver.JCudaDriver.cuModuleLoadData;
import static jcuda.driver.JCudaDriver.cuModuleUnload;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import jcuda.Pointer;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;
import toymodels.backend.cuda.DriverEmulator.Knob;
import toymodels.backend.cuda.internal.driver.Driver;
import toymodels.backend.cuda.internal.driver.Gpu;
import toymodels.backend.cuda.internal.driver.GpuStream;
import toymodels.backend.cuda.internal.driver.Kernel;
import toymodels.backend.cuda.internal.driver.KernelArgument;
import toymodels.backend.cuda.internal.driver.KernelModule;

/** Launches a kernel over and over on an emulated driver that takes the call and does nothing. */
final class LaunchLoop implements AutoCloseable {
  private static final String MODULE = "planted_bugs";
  private static final String ENTRY = "planted_none";
  private static final int BYTES = 16;
  private static final Kernel.Grid GRID = new Kernel.Grid(1, 32, 128);

  private final Gpu gpu;
  private final GpuStream stream;
  private final KernelModule module;
  private final KernelArgument argument;
  private final Kernel kernel;
  private final CUmodule plainModule = new CUmodule();
  private final CUfunction plainFunction = new CUfunction();

  LaunchLoop() throws IOException {
    DriverEmulator.requireEmulator();
    String text =
        Files.readString(DriverEmulator.DIRECTORY.resolve("ptx/compute_80/" + MODULE + ".ptx"));
    gpu = Gpu.open(0);
    stream = new GpuStream(gpu);
    module = new KernelModule(gpu, MODULE, text);
    argument = new KernelArgument(gpu, BYTES);
    kernel = module.kernel(ENTRY);
    byte[] image = (text + "\0").getBytes(StandardCharsets.US_ASCII);
    Driver.check(cuModuleLoadData(plainModule, image), () -> "loading " + MODULE);
    Driver.check(
        cuModuleGetFunction(plainFunction, plainModule, ENTRY), () -> "looking for " + ENTRY);
    DriverEmulator.set(Knob.IGNORE_LAUNCHES, 1);
  }

  /** As the backend launches. */
  void launch(int times) {
    for (int i = 0; i < times; i++) {
      argument.value().putInt(8, i);
      kernel.launch(GRID, stream, argument);
    }
  }

  /** As JCuda's samples launch: a pointer to a pointer to each parameter, made for every launch. */
  void launchByPointers(int times) {
    byte[] bytes = new byte[BYTES];
    for (int i = 0; i < times; i++) {
      bytes[8] = (byte) i;
      Pointer parameters = Pointer.to(Pointer.to(bytes));
      int result =
          cuLaunchKernel(plainFunction, 1, 1, 1, 32, 1, 1, 128, stream.handle(), parameters, null);
      Driver.check(result, () -> "launching " + ENTRY);
    }
  }

  @Override
  public void close() {
    cuModuleUnload(plainModule);
    argument.close();
    module.close();
    stream.close();
    gpu.close();
  }
}
