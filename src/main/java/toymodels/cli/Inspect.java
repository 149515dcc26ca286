package toymodels.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import toymodels.run.RunDirectory;
import toymodels.run.StudyDirectory;
import toymodels.run.file.PrintableText;
import toymodels.run.file.Safetensors;
import toymodels.run.file.TensorInfo;

/** What a run, or a file of tensors, holds. */
@Command(
    name = "inspect",
    description = "Says what a run, or a safetensors file, holds.",
    footer = {
      "",
      "Examples:",
      "  toymodels inspect runs/pentagon",
      "  toymodels inspect runs/pentagon/final.safetensors",
    })
final class Inspect implements Callable<Integer> {
  @ParentCommand private Toymodels root;

  @Parameters(paramLabel = "PATH", description = "A run, or a safetensors file.")
  private Path path;

  @Option(names = "--json", description = "One JSON object on standard output.")
  private boolean json;

  @Override
  public Integer call() throws JsonProcessingException {
    return Files.isDirectory(path) ? run() : file();
  }

  private int run() throws JsonProcessingException {
    try (RunDirectory run = RunDirectory.open(path)) {
      if (run.finished()) {
        RunSummary summary = RunSummary.of(run);
        root.terminal().out().println(json ? summary.json() : summary.text());
      } else {
        Map<String, Object> steps = new LinkedHashMap<>();
        for (StudyDirectory study : run.studies()) {
          steps.put(
              study.path().toString(),
              "step %d of %d".formatted(study.lastStep(), study.study().plan().steps()));
        }
        print(Map.of("run", path.toString(), "in use", run.inUse(), "studies", steps));
      }
      String next = run.finished() ? "view " : "train --resume ";
      root.terminal().next("toymodels " + next + RunPaths.quoted(path.toString()));
      return 0;
    }
  }

  private int file() throws JsonProcessingException {
    Map<String, Object> all = new LinkedHashMap<>();
    Map<String, String> shapes = new LinkedHashMap<>();
    try (Safetensors tensors = Safetensors.open(path)) {
      tensors
          .metadata()
          .forEach(
              (key, value) ->
                  all.put(PrintableText.printable(key), PrintableText.printable(value)));
      for (TensorInfo tensor : tensors.tensors()) {
        shapes.put(
            PrintableText.printable(tensor.name()),
            tensor.dtype() + " " + Arrays.toString(tensor.shape()));
      }
      all.put("tensors", shapes);
    }
    print(all);
    boolean vectors = shapes.containsKey("W");
    root.terminal()
        .next("toymodels " + (vectors ? "view " + RunPaths.quoted(path.toString()) : "--help"));
    return 0;
  }

  private void print(Map<String, Object> facts) throws JsonProcessingException {
    if (json) {
      root.terminal()
          .out()
          .println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(facts));
      return;
    }
    facts.forEach(
        (key, value) -> {
          if (value instanceof Map<?, ?> group) {
            root.terminal().out().println(key);
            group.forEach(
                (k, v) ->
                    root.terminal()
                        .out()
                        .printf("  %-18s %s%n", RunPaths.shown(k), RunPaths.shown(v)));
          } else {
            root.terminal().out().printf("%-20s %s%n", RunPaths.shown(key), RunPaths.shown(value));
          }
        });
  }
}
