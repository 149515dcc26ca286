package toymodels.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import toymodels.run.RunDirectory;
import toymodels.run.RunVerification;
import toymodels.run.file.Problem;

/** Reads every file of a run and compares it with its hashes, its config and the other files. */
@Command(
    name = "verify",
    description = "Reads every file of a run and compares it with the hashes it holds.",
    footer = {"", "Example:", "  toymodels verify runs/pentagon"})
final class VerifyCommand implements Callable<Integer> {
  @ParentCommand private Toymodels root;

  @Parameters(paramLabel = "RUN", description = "What train or reproduce wrote.")
  private Path path;

  @Override
  public Integer call() {
    boolean finished;
    RunVerification.Result result;
    try (RunDirectory run = RunDirectory.open(path)) {
      result = RunVerification.of(run);
      finished = run.finished();
    }
    if (!result.problems().isEmpty()) {
      for (Problem problem : result.problems()) {
        root.terminal().err().println(CommandError.of(ErrorKind.FILE, problem).threeLines());
      }
      return ErrorKind.FILE.exitCode();
    }
    root.terminal().out().printf("%d files are whole and as they were written%n", result.files());
    String next = finished ? "report " : "train --resume ";
    root.terminal().next("toymodels " + next + Places.quoted(path.toString()));
    return 0;
  }
}
