package toymodels.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import toymodels.report.HtmlReport;
import toymodels.report.Report;
import toymodels.report.RunFacts;
import toymodels.run.RunDirectory;

/** Draws what finished runs show, as one HTML file that opens anywhere, offline. */
@Command(
    name = "report",
    description = "Draws what finished runs show, as one HTML file that opens offline.",
    footer = {
      "",
      "Examples:",
      "  toymodels report runs/pentagon",
      "  toymodels report runs/a runs/b -o both.html",
    })
final class ReportCommand implements Callable<Integer> {
  @ParentCommand private Toymodels root;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "RUN", arity = "1..*", description = "What train or reproduce wrote.")
  private List<Path> runs;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      description = {
        "A new file; without this option RUN/report.html, or",
        "RUN/report-2.html where another one is there."
      })
  private Path out;

  @Override
  public Integer call() throws IOException {
    if (runs.size() > 1 && out == null) {
      throw new ParameterException(
          spec.commandLine(), "several runs make one report: say where with -o FILE");
    }
    Outputs.require(spec, "--out", out, "html", "htm");
    Path file = out;
    try (Heartbeat heartbeat = new Heartbeat(root.terminal(), false, "measuring and drawing");
        RunDirectory first = RunDirectory.open(runs.get(0))) {
      List<Report> reports = new ArrayList<>();
      reports.add(RunReport.of(root.terminal(), first));
      for (Path path : runs.subList(1, runs.size())) {
        try (RunDirectory run = RunDirectory.open(path)) {
          reports.add(RunReport.of(root.terminal(), run));
        }
      }
      RunFacts facts = RunReport.facts(first);
      if (out == null) {
        file = RunReport.writePage(first, facts, reports);
      } else {
        HtmlReport.write(file, facts, reports);
      }
    }
    root.terminal().out().println("report: " + RunPaths.shown(file));
    root.terminal().next("toymodels view " + RunPaths.quoted(runs.get(0).toString()));
    return 0;
  }
}
