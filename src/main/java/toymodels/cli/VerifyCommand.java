package toymodels.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import toymodels.run.RunDirectory;
import toymodels.run.SavedModels;
import toymodels.run.StudyDirectory;

/** Reads every file of a run and compares it with the hashes that it holds. */
@Command(
    name = "verify",
    description = "Reads every file of a run and compares it with the hashes it holds.",
    footer = {"", "Example:", "  toymodels verify runs/pentagon"})
final class VerifyCommand implements Callable<Integer> {
  @ParentCommand private Toymodels root;

  @Parameters(paramLabel = "RUN", description = "What train or reproduce wrote.")
  private Path path;

  @Override
  public Integer call() throws IOException {
    int files = 0;
    boolean finished;
    try (RunDirectory run = RunDirectory.open(path)) {
      for (StudyDirectory study : run.studies()) {
        for (Path file : tensors(study.path())) {
          SavedModels.read(file);
          files++;
        }
        if (study.finished()) {
          study.trained();
        }
      }
      finished = run.finished();
    }
    root.terminal().out().printf("%d files are whole and as they were written%n", files);
    String next = finished ? "report " : "train --resume ";
    root.terminal().next("toymodels " + next + Places.quoted(path.toString()));
    return 0;
  }

  private static List<Path> tensors(Path study) throws IOException {
    try (Stream<Path> files = Files.walk(study, 2)) {
      return files
          .filter(file -> file.toString().endsWith(".safetensors"))
          .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
          .sorted()
          .toList();
    }
  }
}
