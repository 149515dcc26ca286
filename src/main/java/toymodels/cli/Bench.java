package toymodels.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import toymodels.backend.cuda.CudaBackend;
import toymodels.backend.cuda.KernelVariant;
import toymodels.backend.cuda.Ladder;
import toymodels.run.Build;

/** Model-steps a second on this machine, with what the hardware could do at most. */
@Command(
    name = "bench",
    description = "Measures how fast this machine trains, shape by shape.",
    footer = {
      "",
      "On cuda every rung of the ladder is timed by the GPU's own clock. The share",
      "of 'fma' is that of its multiply-add peak, of 'issue' that of the rate at",
      "which the kernel's instructions can be issued at all. On cpu the rungs are the",
      "reference, plain loops, vectors on one thread and on all; 'fma' is the share",
      "of the multiply-add peak of as many threads, measured just after each. Every",
      "row is measured in a JVM of its own, as 'train' runs in one. The",
      "sparse estimators train at density 0.01, on all threads; of them, 'fma' counts",
      "the multiply-adds of Gram form. With --python, bench/peers/paired.py then times",
      "PyTorch, JAX and toymodels in turns, and their ratios are printed.",
      "",
      "Examples:",
      "  toymodels bench cpu",
      "  toymodels bench cpu --python=python3 --out=bench/results/cpu.json",
      "  toymodels bench cuda --json > ladder.json"
    })
final class Bench implements Callable<Integer> {
  private static final int MODELS = 65_536;
  private static final int CPU_MODELS = 64;
  private static final int BATCH = 1024;
  private static final double SECONDS = 0.7;

  @ParentCommand private Toymodels root;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "BACKEND", description = "cpu or cuda.")
  private String backend;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "Time for each shape and rung, default ${DEFAULT-VALUE}.")
  private double seconds = SECONDS;

  @Option(
      names = "--models",
      paramLabel = "N",
      description = "Models of 5 features; fewer of larger ones. Default 65536, on cpu 64.")
  private Integer models;

  @Option(
      names = "--batch",
      paramLabel = "B",
      description = "Samples a step, default ${DEFAULT-VALUE}.")
  private int batch = BATCH;

  @Option(names = "--threads", paramLabel = "N", description = "CPU threads, default all.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--rungs",
      paramLabel = "R,...",
      split = ",",
      description = "On cuda, these rungs of the ladder only: ${COMPLETION-CANDIDATES}.")
  private Set<KernelVariant> rungs = EnumSet.allOf(KernelVariant.class);

  @Option(
      names = "--shapes",
      paramLabel = "NxM,...",
      split = ",",
      description = "On cpu, only these of its shapes, such as 20x5.")
  private List<String> shapes = List.of();

  @Option(names = "--json", description = "One JSON object on standard output.")
  private boolean json;

  @Option(names = "--out", paramLabel = "FILE", description = "Write the same JSON to a new file.")
  private Path out;

  @Option(
      names = "--python",
      paramLabel = "PYTHON",
      description = "On cpu, time the peers too, with a Python that has torch and jax.")
  private String python;

  @Option(
      names = "--peers",
      paramLabel = "P,...",
      description = "Peers and variants, default ${DEFAULT-VALUE}.")
  private String peers = "torch:notebook,torch:bmm,torch:compile,jax:scan";

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (!(seconds >= 0) || models != null && models < 1 || batch < 1 || threads < 1) {
      throw new ParameterException(
          spec.commandLine(), "--seconds, --models, --batch and --threads must be positive");
    }
    List<String> known =
        Ladder.studies(effort(CPU_MODELS)).stream()
            .map(study -> study.shape().features() + "x" + study.shape().hidden())
            .toList();
    if (!known.containsAll(shapes) || !shapes.isEmpty() && !backend.equals("cpu")) {
      throw new ParameterException(
          spec.commandLine(), "--shapes names shapes of bench cpu: " + String.join(", ", known));
    }
    if (python != null && !backend.equals("cpu")) {
      throw new ParameterException(spec.commandLine(), "--python times peers of bench cpu alone");
    }
    Outputs.require(spec, "--out", out, "json");
    switch (backend) {
      case "cuda" -> ladder();
      case "cpu" -> rates();
      default ->
          throw new ParameterException(
              spec.commandLine(),
              "bench of '%s' is not known, allowed is cpu or cuda".formatted(backend));
    }
    return 0;
  }

  private Ladder.Effort effort(int usual) {
    return new Ladder.Effort(seconds, models == null ? usual : models, batch);
  }

  private ObjectNode provenance() {
    ObjectNode node = new ObjectMapper().createObjectNode();
    node.put("commit", Build.commit());
    node.put("date", Instant.now().toString());
    node.put("command", RunPaths.typed(spec.commandLine()));
    node.put("java", System.getProperty("java.version"));
    node.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    return node;
  }

  private void rates() throws IOException, InterruptedException {
    if (python != null) {
      PairedPeers.require(python, root.terminal().err());
    }
    Terminal terminal = root.terminal();
    CpuRates rates;
    try (Heartbeat heartbeat = new Heartbeat(terminal, false, "bench")) {
      rates =
          CpuRates.measure(
              threads,
              effort(CPU_MODELS),
              shapes,
              what -> heartbeat.doing("bench: timing " + what));
    }
    ObjectNode all = provenance().setAll(rates.json());
    if (!json) {
      rates.print(terminal.out());
      terminal.out().flush();
    }
    if (python != null) {
      JsonNode run = PairedPeers.run(python, peers, seconds, batch, threads, terminal.err());
      all.set("peers", run);
      if (!json) {
        PairedPeers.print(run, terminal.out());
      }
    }
    tell(all);
  }

  /** Writes the JSON to where it is asked for. */
  private void tell(ObjectNode node) throws IOException {
    String text = new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(node);
    if (json) {
      root.terminal().out().println(text);
    }
    if (out != null) {
      Outputs.write(out, to -> to.write((text + "\n").getBytes(StandardCharsets.UTF_8)));
    }
  }

  private void ladder() throws IOException {
    CudaBackend.unavailableReason()
        .ifPresent(
            why -> {
              throw new CommandError(
                  ErrorKind.GPU, "no GPU to time: " + why, "bench cuda", "toymodels bench cpu");
            });
    Ladder.Climb climb;
    try (Heartbeat heartbeat = new Heartbeat(root.terminal(), false, "bench")) {
      climb = Ladder.climb(effort(MODELS), rungs, what -> heartbeat.doing("bench: timing " + what));
    }
    if (!json) {
      LadderText.print(climb, root.terminal().out());
    }
    tell(provenance().setAll(LadderText.json(climb)));
  }
}
