package toymodels.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import toymodels.backend.cuda.CudaOptions;

/** Options of how GPUs are used; none of them changes a bit of the results. */
final class GpuFlags {
  private static final Pattern SIZE = Pattern.compile("([1-9][0-9]{0,11})([kmg]?)");

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(names = "--gpus", paramLabel = "N", description = "Use at most N GPUs, of all there are.")
  private Integer gpus;

  @Option(
      names = "--gpu-memory-limit",
      paramLabel = "SIZE",
      description = "Use at most so much memory of each GPU, such as 512m or 8g.")
  private String memory;

  @Option(
      names = {"--model-chunks", "--waves"},
      paramLabel = "N",
      description =
          "Train in at least N chunks of models, one after the other; memory may ask for more.")
  private Integer chunks;

  boolean given() {
    return gpus != null || memory != null || chunks != null;
  }

  /** What the properties say, and these options over them. */
  CudaOptions options() {
    CudaOptions options = CudaOptions.fromProperties();
    if (gpus != null) {
      options = options.withDevices(positive("--gpus", gpus));
    }
    if (memory != null) {
      options = options.withMemoryLimit(bytes());
    }
    return chunks == null ? options : options.withModelChunks(positive("--model-chunks", chunks));
  }

  private int positive(String name, int value) {
    if (value < 1) {
      throw new ParameterException(
          command.commandLine(), "%s = %d, allowed is 1 or more".formatted(name, value));
    }
    return value;
  }

  private long bytes() {
    Matcher size = SIZE.matcher(memory.toLowerCase(Locale.ROOT));
    if (!size.matches()) {
      throw new ParameterException(
          command.commandLine(),
          "--gpu-memory-limit = '%s', allowed is a size such as 1000000, 512m or 8g"
              .formatted(memory));
    }
    int shift =
        switch (size.group(2)) {
          case "k" -> 10;
          case "m" -> 20;
          case "g" -> 30;
          default -> 0;
        };
    return Math.min(Long.parseLong(size.group(1)), Long.MAX_VALUE >> shift) << shift;
  }

  /** How GPUs are used, in a line. */
  String describe() {
    CudaOptions options = options();
    return "%s, %s of each, in %s"
        .formatted(
            options.devices() == Integer.MAX_VALUE
                ? "all GPUs"
                : "at most %d GPUs".formatted(options.devices()),
            options.memoryLimit() == Long.MAX_VALUE
                ? "all memory"
                : "at most " + Units.bytes(options.memoryLimit()),
            options.modelChunks() == 1
                ? "as many chunks of models as memory asks for"
                : "%d chunks of models or more".formatted(options.modelChunks()));
  }
}
