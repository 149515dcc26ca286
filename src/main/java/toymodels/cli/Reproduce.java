package toymodels.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import toymodels.analysis.Evaluation;
import toymodels.experiment.Experiment;
import toymodels.experiment.Experiments;
import toymodels.experiment.Scale;
import toymodels.report.CheckTable;
import toymodels.report.HtmlReport;
import toymodels.report.Report;
import toymodels.report.RunFacts;
import toymodels.run.RunDirectory;
import toymodels.run.RunRequest;
import toymodels.run.RunVerification;
import toymodels.run.config.RunConfig;
import toymodels.run.config.Suggestion;
import toymodels.train.Backend;
import toymodels.train.Study;

/** Trains what a figure of the paper needs, draws it, and checks the paper's claims. */
@Command(
    name = "reproduce",
    description = "Trains what a figure of the paper needs, draws it, and checks its claims.",
    footer = {
      "",
      "Examples:",
      "  toymodels reproduce --list",
      "  toymodels reproduce intro",
      "  toymodels reproduce intro --full --out runs/intro",
      "  toymodels reproduce --all --quick",
    })
final class Reproduce implements Callable<Integer> {
  @ParentCommand private Toymodels root;
  @Spec private CommandSpec spec;
  @Mixin private TrainingOptions options;
  @ArgGroup private ScaleChoice scale = new ScaleChoice();

  @Parameters(
      paramLabel = "NAME",
      arity = "0..1",
      description = "The experiment; without one, they are listed.")
  private String name;

  @Option(names = "--all", description = "Every experiment, one after the other: takes hours.")
  private boolean all;

  @Option(names = "--list", description = "Name the experiments and the figures they stand for.")
  private boolean list;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Any 64-bit integer; 0 without this option.")
  private long seed;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The new run; runs/NAME-DATE without this option.")
  private Path out;

  /** At most one of two options. */
  static final class ScaleChoice {
    @Option(names = "--quick", description = "Minutes on two cores: the scale without an option.")
    private boolean quick;

    @Option(names = "--full", description = "As many models and steps as the paper's.")
    private boolean full;

    Scale chosen() {
      return full ? Scale.FULL : Scale.QUICK;
    }
  }

  @Override
  public Integer call() throws IOException {
    if (all && name != null) {
      throw new ParameterException(spec.commandLine(), "give either a NAME or --all");
    }
    if (list || name == null && !all) {
      return printList();
    }
    List<Experiment> chosen = name == null ? Experiments.all() : List.of(experiment());
    Path place = out == null ? RunPaths.fresh(name == null ? "paper" : name) : out;
    List<Study> studies =
        chosen.stream()
            .flatMap(e -> e.studies(scale.chosen()).stream())
            .map(Study::withDenseSampling)
            .toList();
    try (Session session = new Session(root.terminal(), options, studies)) {
      List<Report> reports = new ArrayList<>();
      for (Experiment experiment : chosen) {
        Path run = name == null ? place.resolve(experiment.name()) : place;
        Optional<Report> report = reproduce(experiment, run, session);
        if (report.isEmpty()) {
          return session.interrupted(run);
        }
        print(report.get(), run);
        reports.add(report.get());
      }
      if (name == null) {
        Path file = place.resolve(RunReport.FILE);
        HtmlReport.write(file, facts(place, session), reports);
        RunVerification.seal(place);
        root.terminal().out().println("report: " + RunPaths.shown(file));
      }
    }
    root.terminal().next(next(chosen, place));
    return 0;
  }

  private String next(List<Experiment> chosen, Path place) {
    boolean trained = chosen.size() == 1 && !chosen.get(0).studies(scale.chosen()).isEmpty();
    return trained
        ? "toymodels view " + RunPaths.quoted(place.toString())
        : "toymodels reproduce --list";
  }

  /** Trains and reports one experiment; empty if it was interrupted. */
  private Optional<Report> reproduce(Experiment experiment, Path place, Session session)
      throws IOException {
    List<RunConfig> configs = configs(experiment, session.backend());
    if (configs.isEmpty()) {
      createNew(place);
      try (Heartbeat heartbeat = heartbeat(experiment)) {
        Report theory = experiment.theory(scale.chosen(), seed);
        RunReport.write(place, facts(place, session), theory);
        RunVerification.seal(place);
        return Optional.of(theory);
      }
    }
    try (RunDirectory run = RunDirectory.create(place, origin(experiment), configs)) {
      if (session.train(run, experiment.name()).stopped()) {
        return Optional.empty();
      }
      return Optional.of(report(experiment, run));
    }
  }

  private Report report(Experiment experiment, RunDirectory run) throws IOException {
    try (Heartbeat heartbeat = heartbeat(experiment)) {
      Report report = RunReport.of(root.terminal(), run);
      RunReport.write(run, report);
      return report;
    }
  }

  private Heartbeat heartbeat(Experiment experiment) {
    String doing = experiment.name() + ": measuring and drawing what came out";
    return new Heartbeat(root.terminal(), options.quiet(), doing);
  }

  private static void createNew(Path place) throws IOException {
    Path parent = place.toAbsolutePath().getParent();
    Files.createDirectories(parent);
    Files.createDirectory(place);
  }

  private RunFacts facts(Path place, Session session) {
    return RunReport.factsOfNow(
        place, RunPaths.typed(spec.commandLine()), seed, session.backendName());
  }

  private Experiment experiment() {
    List<String> names = Experiments.all().stream().map(Experiment::name).toList();
    if (!names.contains(name)) {
      throw new CommandError(
          ErrorKind.USAGE,
          "there is no experiment '%s'".formatted(name),
          "toymodels reproduce " + name,
          Suggestion.nearest(name, names)
              .map(near -> "did you mean '%s'?   (toymodels reproduce --list)".formatted(near))
              .orElse("choose one of " + String.join(", ", names)));
    }
    return Experiments.byName(name);
  }

  private RunRequest origin(Experiment experiment) {
    return RunRequest.experiment(
        RunPaths.typed(spec.commandLine()),
        experiment.name(),
        scale.chosen().name().toLowerCase(Locale.ROOT));
  }

  /** The studies as a run keeps them; the experiment measures its models itself. */
  private List<RunConfig> configs(Experiment experiment, Backend backend) {
    return experiment.studies(scale.chosen()).stream()
        .map(study -> trainable(study, backend))
        .map(study -> study.withPlan(study.plan().withSeed(seed)))
        .map(RunConfig::of)
        .map(config -> config.withRecording(experiment.recording(scale.chosen())))
        .map(config -> config.withEvaluation(Evaluation.NONE))
        .toList();
  }

  /** The study, its batches drawn whole where the backend cannot draw active features alone. */
  static Study trainable(Study study, Backend backend) {
    return backend.unsupportedReason(study).isEmpty() ? study : study.withDenseSampling();
  }

  private int printList() {
    for (Experiment experiment : Experiments.all()) {
      root.terminal()
          .out()
          .printf(
              "%-14s %s%n%-14s   %s%n",
              experiment.name(), experiment.summary(), "", experiment.figure());
    }
    root.terminal().next("toymodels reproduce " + Experiments.all().get(0).name());
    return 0;
  }

  private void print(Report report, Path run) {
    root.terminal().out().println(report.name() + ": " + report.title());
    root.terminal().out().print(CheckTable.text(report.checks()));
    root.terminal().out().println(CheckTable.summary(report.checks()));
    root.terminal().out().println("report: " + RunPaths.shown(run.resolve(RunReport.FILE)));
  }
}
