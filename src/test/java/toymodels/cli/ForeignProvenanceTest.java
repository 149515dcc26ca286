package toymodels.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toymodels.experiment.Experiment;
import toymodels.experiment.Experiments;

/** A run whose provenance names what it is not: it is reported as what it is. */
class ForeignProvenanceTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  private Path train(String name, String... more) throws IOException {
    Path config = folder.resolve("small.toml");
    Files.writeString(config, Invocation.of("config", "example").succeeded().out());
    Path run = folder.resolve(name);
    List<String> arguments = new ArrayList<>(List.of("train", config.toString(), "-q"));
    for (String set : new String[] {"train.steps=20", "train.batch=8", "eval.samples=1024"}) {
      arguments.addAll(List.of("--set", set));
    }
    arguments.addAll(List.of("--out", run.toString()));
    arguments.addAll(List.of(more));
    Invocation.of(arguments.toArray(String[]::new)).succeeded();
    Files.delete(run.resolve("manifest.json")); // As in runs of older versions.
    return run;
  }

  private static void name(Path run, String experiment, String scale) throws IOException {
    Path file = run.resolve("provenance.json");
    ObjectNode root = (ObjectNode) JSON.readTree(Files.readAllBytes(file));
    root.put("experiment", experiment);
    root.put("scale", scale);
    Files.writeString(file, JSON.writeValueAsString(root));
  }

  @Test
  void every_experiments_name_on_another_run_is_told_and_reported_as_that_run() throws IOException {
    List<Path> runs =
        List.of(
            train("one"),
            train("none", "--set", "history.keyframes=0", "--set", "history.losses=0"));
    List<String> names = new ArrayList<>(Experiments.all().stream().map(Experiment::name).toList());
    assertEquals(20, names.size());
    names.addAll(List.of("unheard-of", "../../etc", "<script>", ""));
    for (Path run : runs) {
      String title = run.getFileName().toString();
      for (String name : names) {
        for (String scale : List.of("quick", "huge")) {
          name(run, name, scale);
          Invocation report = Invocation.of("report", run.toString()).succeeded();
          assertTrue(report.err().contains("note: " + title + " is reported"), report.err());
          String page = Files.readString(run.resolve("report.html"));
          assertTrue(page.contains("<title>" + title + "</title>"), name);
        }
        Invocation.of("inspect", run.toString()).succeeded();
      }
    }
  }

  /** An experiment's own run without its history is no longer all that its report needs. */
  @Test
  void a_run_of_an_experiment_that_lacks_a_part_is_told() throws IOException {
    Path run = folder.resolve("dynamics");
    Invocation.of("reproduce", "dynamics", "-q", "--out", run.toString()).succeeded();
    Invocation whole = Invocation.of("report", run.toString()).succeeded();
    assertFalse(whole.err().contains("note:"), whole.err());
    Invocation.of("verify", run.toString()).succeeded();
    Path study = Files.exists(run.resolve("study-0")) ? run.resolve("study-0") : run;
    for (String part : List.of("history.safetensors", "metrics.jsonl")) {
      if (Files.deleteIfExists(study.resolve(part))) {
        Invocation report = Invocation.of("report", run.toString()).succeeded();
        assertTrue(report.err().contains("it lacks a part"), report.err());
      }
    }
    Invocation verify = Invocation.of("verify", run.toString());
    assertEquals(4, verify.code(), verify.err());
    assertTrue(verify.err().contains("missing"), verify.err());
  }
}
