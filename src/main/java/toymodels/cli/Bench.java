package toymodels.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import toymodels.backend.cuda.CudaBackend;
import toymodels.backend.cuda.Ladder;

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
      "of the multiply-add peak of as many threads, measured just before each.",
      "",
      "Examples:",
      "  toymodels bench cpu",
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

  @Option(names = "--json", description = "One JSON object on standard output.")
  private boolean json;

  @Override
  public Integer call() throws JsonProcessingException {
    if (!(seconds >= 0) || models != null && models < 1 || batch < 1 || threads < 1) {
      throw new ParameterException(
          spec.commandLine(), "--seconds, --models, --batch and --threads must be positive");
    }
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
    node.put("commit", System.getProperty("toymodels.commit", "unknown"));
    node.put("date", Instant.now().toString());
    node.put("command", Places.typed(spec.commandLine()));
    node.put("java", System.getProperty("java.version"));
    node.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    return node;
  }

  private void rates() throws JsonProcessingException {
    CpuRates rates = CpuRates.measure(threads, effort(CPU_MODELS));
    if (json) {
      ObjectNode all = provenance().setAll(rates.json());
      root.terminal().out().println(pretty(all));
    } else {
      rates.print(root.terminal().out());
    }
  }

  private static String pretty(ObjectNode node) throws JsonProcessingException {
    return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(node);
  }

  private void ladder() throws JsonProcessingException {
    CudaBackend.whyUnavailable()
        .ifPresent(
            why -> {
              throw new CommandError(
                  ErrorKind.GPU, "no GPU to time: " + why, "bench cuda", "toymodels bench cpu");
            });
    Ladder.Climb climb = Ladder.climb(effort(MODELS));
    if (json) {
      ObjectNode all = provenance().setAll(LadderText.json(climb));
      root.terminal().out().println(pretty(all));
      return;
    }
    LadderText.print(climb, root.terminal().out());
  }
}
