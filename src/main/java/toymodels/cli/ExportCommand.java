package toymodels.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import toymodels.run.Export;
import toymodels.run.RunDirectory;
import toymodels.run.SavedModels;
import toymodels.run.StudyDirectory;
import toymodels.run.file.StorageException;

/** Writes the models of a finished run for other programs. */
@Command(
    name = "export",
    description = "Writes the models of a finished run for other programs.",
    footer = {
      "",
      "Examples:",
      "  toymodels export runs/pentagon --to npz",
      "  toymodels export runs/pentagon --to csv -o pentagon.csv",
      "  toymodels export runs/pentagon --to safetensors --layout arena",
    })
final class ExportCommand implements Callable<Integer> {
  private enum Format {
    NPZ,
    SAFETENSORS,
    CSV
  }

  @ParentCommand private Toymodels root;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "RUN", description = "What train or reproduce wrote.")
  private Path path;

  @Option(
      names = "--to",
      paramLabel = "FORMAT",
      required = true,
      description = "npz, safetensors or csv.")
  private Format format;

  @Option(
      names = "--layout",
      paramLabel = "LAYOUT",
      description =
          "Of W in safetensors: anthropic (models, features, hidden), which holds without this"
              + " option, or arena (models, hidden, features).")
  private Export.Layout layout;

  @Option(
      names = "--samples",
      description = "Adds held-out samples, and the loss that they give, to npz.")
  private boolean samples;

  @Option(
      names = "--study",
      paramLabel = "N",
      defaultValue = "0",
      description = "Which study of a run of several, from 0.")
  private int index;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      description = "A new file; RUN/models.FORMAT without this option.")
  private Path out;

  @Override
  public Integer call() throws IOException {
    if (layout != null && format != Format.SAFETENSORS) {
      throw new ParameterException(spec.commandLine(), "--layout goes with --to safetensors alone");
    }
    if (samples && format != Format.NPZ) {
      throw new ParameterException(spec.commandLine(), "--samples goes with --to npz alone");
    }
    String extension = format.name().toLowerCase(Locale.ROOT);
    Path file = out == null ? path.resolve("models." + extension) : out;
    try (Heartbeat heartbeat = new Heartbeat(root.terminal(), false, "exporting");
        RunDirectory run = RunDirectory.open(path)) {
      Outputs.require(spec, "--out", file, extension);
      StudyDirectory study = study(run);
      SavedModels models = study.finalModels();
      StorageException.Operation<?> writing =
          () -> {
            write(study, models, file);
            return null;
          };
      if (out == null) {
        run.derive(file.getFileName().toString()::equals, writing);
      } else {
        writing.run();
      }
    }
    root.terminal().out().println(RunPaths.shown(file));
    root.terminal().next("toymodels inspect " + RunPaths.quoted(path.toString()));
    return 0;
  }

  private void write(StudyDirectory study, SavedModels models, Path file) {
    switch (format) {
      case NPZ -> Export.npz(study.study(), models, samples, file);
      case CSV -> Export.csv(study.study(), models, file);
      case SAFETENSORS ->
          Export.safetensors(models, layout == null ? Export.Layout.ANTHROPIC : layout, file);
    }
  }

  private StudyDirectory study(RunDirectory run) {
    if (index < 0 || index >= run.studies().size()) {
      throw new ParameterException(
          spec.commandLine(),
          "--study = %d, allowed is 0 to %d".formatted(index, run.studies().size() - 1));
    }
    RunReport.requireFinished(run);
    return run.studies().get(index);
  }
}
