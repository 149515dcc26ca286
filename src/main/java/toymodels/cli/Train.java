package toymodels.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import toymodels.run.RunDirectory;
import toymodels.run.RunOutcome;
import toymodels.run.RunRequest;
import toymodels.run.StudyDirectory;
import toymodels.run.config.ConfigWarnings;
import toymodels.run.config.RunConfig;
import toymodels.train.Study;

/** Trains what a config file says, or goes on with a run that was stopped. */
@Command(
    name = "train",
    description = "Trains what a config file says, or goes on with a run that was stopped.",
    footer = {
      "",
      "Examples:",
      "  toymodels train pentagon.toml",
      "  toymodels train pentagon.toml --set train.steps=500 --seed 7 --out runs/p7",
      "  toymodels train --resume runs/p7",
      "",
      "Keys of config files: toymodels config keys",
    })
final class Train implements Callable<Integer> {
  @ParentCommand private Toymodels root;
  @Spec private CommandSpec spec;
  @Mixin private TrainingOptions options;
  private final PictureOptions pictures = PictureOptions.usual();

  @Parameters(paramLabel = "CONFIG", arity = "0..1", description = "A TOML file.")
  private Path config;

  @Option(
      names = "--resume",
      paramLabel = "RUN",
      description = "Go on with this run, to the same bits as if it had never stopped.")
  private Path resume;

  @Option(
      names = "--set",
      paramLabel = "SECTION.KEY=VALUE",
      description = "Replace a key of the config; may be given several times.")
  private List<String> overrides = new ArrayList<>();

  @Option(names = "--seed", paramLabel = "N", description = "The seed: --set train.seed=N.")
  private Long seed;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The new run; runs/NAME-DATE without this option.")
  private Path out;

  @Option(
      names = "--fail-on-divergence",
      description = "End with code 7 when any model diverges, not only when all do.")
  private boolean failOnDivergence;

  @Option(
      names = "--view",
      description = "Watch in a window meanwhile; closing it does not end training.")
  private boolean view;

  @Option(names = "--json", description = "One JSON object on standard output.")
  private boolean json;

  @Override
  public Integer call() throws JsonProcessingException {
    if ((config == null) == (resume == null)) {
      throw new ParameterException(
          spec.commandLine(), "give either a CONFIG or --resume RUN, and only one of them");
    }
    if (resume != null && out != null) {
      throw new ParameterException(
          spec.commandLine(), "--out does not go with --resume: a run stays where it is");
    }
    if (seed != null) {
      overrides.add("train.seed=" + seed);
    }
    if (resume != null) {
      try (RunDirectory run = RunDirectory.resume(resume, before -> before.with(overrides));
          Session session = session(run.studies().stream().map(StudyDirectory::study).toList())) {
        return train(session, run);
      }
    }
    RunConfig read = RunConfig.parse(config, overrides);
    try (Session session = session(List.of(read.study()));
        RunDirectory run = create(root.terminal(), read)) {
      return train(session, run);
    }
  }

  private Session session(List<Study> studies) {
    return new Session(root.terminal(), options, studies);
  }

  private Integer train(Session session, RunDirectory run) throws JsonProcessingException {
    Terminal terminal = root.terminal();
    String name = RunPaths.shown(run.path().getFileName());
    RunOutcome outcome =
        view
            ? new WatchedSession(terminal, session, pictures).train(run, name)
            : session.train(run, name);
    if (outcome.stopped()) {
      return session.interrupted(run.path());
    }
    Session.requireConverged(outcome, run.path(), failOnDivergence);
    RunSummary summary = RunSummary.of(run);
    terminal.out().println(json ? summary.json() : summary.text());
    terminal.next("toymodels report " + RunPaths.quoted(run.path().toString()));
    return 0;
  }

  private RunDirectory create(Terminal terminal, RunConfig read) {
    String file = config.getFileName().toString();
    Path place =
        Optional.ofNullable(out).orElseGet(() -> RunPaths.fresh(file.replaceFirst("\\.toml$", "")));
    RunDirectory run =
        RunDirectory.create(
            place, RunRequest.config(RunPaths.typed(spec.commandLine())), List.of(read));
    if (!options.quiet()) {
      terminal.err().println(PlanText.of(read));
      ConfigWarnings.of(read).forEach(terminal::warn);
    }
    return run;
  }
}
