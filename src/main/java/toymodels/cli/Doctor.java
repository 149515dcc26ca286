package toymodels.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import toymodels.backend.Backends;
import toymodels.backend.cpu.JitCanary;
import toymodels.backend.cuda.CudaBackend;
import toymodels.backend.cuda.GpuException;
import toymodels.backend.cuda.ShapeAdvice;
import toymodels.files.InputFile;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.run.file.Disk;
import toymodels.train.Backend;

/** What this machine offers for training, and what is missing. */
@Command(
    name = "doctor",
    description = "Says what this machine offers, what is missing, and what to install.",
    footer = {
      "",
      "Examples:",
      "  toymodels doctor",
      "  toymodels doctor --json",
      "  toymodels doctor --shape 20,5"
    })
final class Doctor implements Callable<Integer> {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  /** Compiling the kernels takes a fraction of this, unless the machine is very busy. */
  private static final Duration COMPILATION = Duration.ofSeconds(3);

  /** A whole step takes longer. */
  private static final Duration STEP_COMPILATION = Duration.ofSeconds(10);

  @ParentCommand private Toymodels root;
  @Spec private CommandSpec spec;

  @Mixin private GpuFlags gpus;

  @Option(names = "--json", description = "One JSON object on standard output.")
  private boolean json;

  @Option(
      names = "--shape",
      paramLabel = "N,M",
      split = ",",
      arity = "1",
      description = "Also: how a GPU trains models of N features in M dimensions.")
  private int[] shape;

  /**
   * One thing looked at.
   *
   * @param name what, such as {@code java}
   * @param value what was found
   * @param advice what to do about it, or empty
   * @param numbers what was measured or counted, by name and unit, for programs; one called value
   *     stands for the text
   */
  record Finding(String name, String value, String advice, Map<String, ?> numbers) {
    Finding(String name, String value, String advice) {
      this(name, value, advice, Map.of());
    }
  }

  @Override
  public Integer call() throws IOException {
    Terminal terminal = root.terminal();
    List<Finding> findings = findings();
    if (json) {
      terminal.out().println(asJson(findings));
    } else {
      for (Finding finding : findings) {
        terminal.out().printf("%-10s %s%n", finding.name(), finding.value());
        if (!finding.advice().isEmpty()) {
          terminal.out().printf("%-10s -> %s%n", "", finding.advice());
        }
      }
    }
    terminal.next("toymodels demo");
    return 0;
  }

  private static String asJson(List<Finding> findings) throws JsonProcessingException {
    Map<String, Object> all = new LinkedHashMap<>();
    for (Finding finding : findings) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("value", finding.value());
      one.put("advice", finding.advice());
      one.putAll(finding.numbers());
      all.put(finding.name(), one);
    }
    return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(all);
  }

  private List<Finding> findings() throws IOException {
    List<Finding> findings = new ArrayList<>();
    findings.add(java());
    findings.add(
        new Finding(
            "system", System.getProperty("os.name") + " " + System.getProperty("os.arch"), ""));
    findings.addAll(processor());
    findings.add(memory());
    findings.add(disk());
    List<String> names = Backends.names().stream().filter(n -> !n.equals("auto")).toList();
    for (String name : names) {
      Optional<String> why = Backends.unavailableReason(name);
      if (why.isPresent()) {
        findings.add(new Finding(name, "none: " + why.get(), "", Map.of("available", false)));
        continue;
      }
      try (Backend backend = Backends.open(name, Runtime.getRuntime().availableProcessors())) {
        findings.add(new Finding(name, backend.description(), "", Map.of("available", true)));
      }
    }
    findings.add(vectorCode());
    findings.add(cublas());
    findings.add(new Finding("gpu use", gpus.describe(), ""));
    if (shape != null) {
      findings.add(new Finding("shape", ShapeAdvice.of(modelShape()), ""));
    }
    return findings;
  }

  private static Finding vectorCode() {
    Optional<String> warning =
        JitCanary.listen(COMPILATION).or(() -> JitCanary.listenToSteps(STEP_COMPILATION));
    return new Finding(
        "jit", warning.isEmpty() ? "compiles vector code" : "slow", warning.orElse(""));
  }

  private static Finding cublas() {
    try {
      Optional<String> why = CudaBackend.whyNoCublas();
      if (why.isEmpty()) {
        return new Finding("cublas", CudaBackend.cublas() + ", for --fast", "");
      }
      return new Finding("cublas", "none: " + why.get(), "");
    } catch (GpuException e) {
      return new Finding("cublas", "none: " + e.getMessage(), "train without --fast");
    }
  }

  private ModelShape modelShape() {
    if (shape.length != 2) {
      throw new ParameterException(
          spec.commandLine(), "--shape needs two numbers, such as 20,5: features and hidden");
    }
    try {
      return new ModelShape(ModelKind.RELU_OUTPUT, shape[0], shape[1]);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--shape: " + e.getMessage(), e);
    }
  }

  private static Finding java() {
    return new Finding(
        "java",
        "%s, %s, %s"
            .formatted(
                System.getProperty("java.version"),
                System.getProperty("java.vm.name"),
                System.getProperty("java.home")),
        "",
        Map.of("feature", Runtime.version().feature()));
  }

  private static List<Finding> processor() throws IOException {
    int threads = Runtime.getRuntime().availableProcessors();
    Finding count = new Finding("threads", Integer.toString(threads), "", Map.of("value", threads));
    if (!Files.isReadable(CPU_INFO)) {
      return List.of(count);
    }
    String model = cpuInfo("model name").orElse("unknown processor");
    Optional<String> flags = cpuInfo("flags");
    boolean slow = flags.isPresent() && !(" " + flags.get() + " ").contains(" fma ");
    return List.of(
        count,
        new Finding("processor", model, ""),
        new Finding(
            "fma",
            slow ? "no fused multiply-add" : "yes",
            slow ? "training is exact but very slow here: use a processor of 2013 or later" : "",
            Map.of("available", !slow)));
  }

  private static Optional<String> cpuInfo(String key) throws IOException {
    return InputFile.systemText(CPU_INFO, 1 << 20)
        .lines()
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst();
  }

  private static Finding memory() {
    long most = Runtime.getRuntime().maxMemory();
    return new Finding("heap", "up to " + Units.bytes(most), "", Map.of("bytes", most));
  }

  private static Finding disk() {
    Path here = Path.of("").toAbsolutePath();
    OptionalLong free = Disk.LOCAL.usableSpace(here);
    boolean writable = Files.isWritable(here);
    return new Finding(
        "disk",
        (free.isPresent() ? Units.bytes(free.getAsLong()) : "the system does not tell what is")
            + " free in "
            + RunPaths.shown(here),
        writable ? "" : "this folder is read-only: give commands --out, or go elsewhere",
        free.isPresent()
            ? Map.of("bytes", free.getAsLong(), "writable", writable)
            : Map.of("writable", writable));
  }
}
