package toymodels.cli;

import java.nio.file.Path;
import java.util.List;
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
    List<Path> runs = RunDirectory.isRun(path) ? List.of() : RunVerification.within(path);
    if (runs.isEmpty() && !RunVerification.hasManifest(path)) {
      return tell(path, ofRun(path));
    }
    int worst = 0;
    if (RunVerification.hasManifest(path)) {
      worst = tell(path, RunDirectory.isRun(path) ? ofRun(path) : ofReports(path));
    }
    for (Path run : runs) {
      worst = Math.max(worst, tell(run, RunDirectory.isRun(run) ? ofRun(run) : ofReports(run)));
    }
    return worst;
  }

  private RunVerification.Result ofRun(Path run) {
    try (Heartbeat heartbeat = new Heartbeat(root.terminal(), false, "reading " + run);
        RunDirectory opened = RunDirectory.open(run)) {
      return RunVerification.of(opened);
    }
  }

  private static RunVerification.Result ofReports(Path directory) {
    return RunVerification.ofReports(directory);
  }

  private int tell(Path directory, RunVerification.Result result) {
    result.notes().forEach(note -> root.terminal().err().println("note: " + note));
    if (!result.problems().isEmpty()) {
      for (Problem problem : result.problems()) {
        root.terminal().err().println(CommandError.of(ErrorKind.FILE, problem).threeLines());
      }
      return ErrorKind.FILE.exitCode();
    }
    root.terminal()
        .out()
        .printf(
            result.complete()
                ? "%d files are whole and as they were written%n"
                : "%d files agree with the hashes that they hold themselves%n",
            result.files());
    root.terminal().next("toymodels " + next(directory));
    return 0;
  }

  private static String next(Path directory) {
    String quoted = RunPaths.quoted(directory.toString());
    if (!RunDirectory.isRun(directory)) {
      return "reproduce --list";
    }
    try (RunDirectory run = RunDirectory.open(directory)) {
      return (run.finished() ? "report " : "train --resume ") + quoted;
    }
  }
}
