package toymodels.cli;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import toymodels.backend.Backends;
import toymodels.train.Backend;
import toymodels.train.Determinism;
import toymodels.train.GradientEstimator;
import toymodels.train.Study;

/** Options of every command that trains. */
final class TrainingOptions {
  private static final int MAX_THREADS = 1024;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      defaultValue = "auto",
      description = "Where to train: ${COMPLETION-CANDIDATES}; auto is the fastest there is.",
      completionCandidates = Names.class)
  private String backend;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "CPU threads to use; all of them without this option.")
  private Integer threads;

  @ArgGroup private ArithmeticOption arithmetic = new ArithmeticOption();

  /** One of the two, or neither. */
  private static final class ArithmeticOption {
    @Option(
        names = "--strict",
        description = "The same bits on every machine; so it is without this option, too.")
    private boolean strict;

    @Option(
        names = "--fast",
        description = "Sums in any order where that is faster: large models on a GPU, by cuBLAS.")
    private boolean fast;
  }

  @Mixin private GpuFlags gpus;

  /** What {@code --backend} may be. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Backends.names().iterator();
    }
  }

  boolean quiet() {
    return ((Toymodels) command.root().userObject()).terminal().quiet();
  }

  int threads() {
    int all = Runtime.getRuntime().availableProcessors();
    int chosen = threads == null ? Math.min(all, MAX_THREADS) : threads;
    if (chosen < 1 || chosen > MAX_THREADS) {
      throw new ParameterException(
          command.commandLine(),
          "--threads = %d, allowed is 1 to %d".formatted(chosen, MAX_THREADS));
    }
    return chosen;
  }

  /**
   * Opens the backend asked for, for some studies, or refuses before anything is written. Where
   * {@code auto} means a GPU that cannot train one of them, the CPU trains them all.
   *
   * @param terminal receives why, if it is the CPU
   */
  Backend open(Terminal terminal, List<Study> studies) {
    Backend opened = open(backend);
    Optional<String> why =
        studies.stream().flatMap(study -> opened.unsupportedReason(study).stream()).findFirst();
    if (why.isEmpty()) {
      boolean exact =
          studies.stream().anyMatch(s -> s.plan().estimator() == GradientEstimator.EXACT);
      if (exact && opened.name().equals("cuda")) {
        terminal.warn(
            "train.estimator: exact trains on the CPU, in double, under the name of any --backend");
      }
      return opened;
    }
    opened.close();
    if (!backend.equals("auto")) {
      throw new CommandError(
          ErrorKind.CONFIG,
          why.get(),
          "--backend " + backend,
          "train with --backend auto or cpu, or change train.estimator");
    }
    if (!quiet()) {
      terminal.err().println("training on the CPU: " + why.get());
    }
    return open("cpu");
  }

  private Backend open(String name) {
    if (!Backends.names().contains(name)) {
      throw new ParameterException(
          command.commandLine(),
          "--backend = '%s', allowed is one of %s"
              .formatted(name, String.join(", ", Backends.names())));
    }
    if (gpus.given() && (backend.equals("cpu") || backend.equals("reference"))) {
      throw new ParameterException(
          command.commandLine(),
          "--gpus, --gpu-memory-limit and --model-chunks do not go with --backend " + backend);
    }
    Determinism chosen = arithmetic.fast ? Determinism.FAST : Determinism.BITWISE;
    return Backends.open(name, threads(), gpus.options().withDeterminism(chosen));
  }
}
