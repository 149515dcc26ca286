package toymodels.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run from its config to its report, as a user goes through it. */
class TrainTest {
  @TempDir private Path folder;
  private String config;
  private String run;

  @BeforeEach
  void write_the_example() throws IOException {
    Path file = folder.resolve("my pentagon.toml");
    Files.writeString(file, Invocation.of("config", "example").succeeded().namesNext().out());
    config = file.toString();
    run = folder.resolve("run").toString();
  }

  private Invocation train(String... more) {
    String[] arguments = new String[more.length + 6];
    String[] first = {"train", config, "--set", "train.steps=60", "--set", "train.batch=32"};
    System.arraycopy(first, 0, arguments, 0, 6);
    System.arraycopy(more, 0, arguments, 6, more.length);
    return Invocation.of(arguments);
  }

  @Test
  void trains_a_config_and_summarises_its_tasks() {
    Invocation trained = train("--out", run).succeeded().namesNext();
    assertTrue(trained.err().startsWith("plan: as the notebook but for"), trained.err());
    assertTrue(trained.err().contains("weight decay 0.01"), trained.err());
    assertEquals(6, trained.out().lines().count(), trained.out());
    assertTrue(trained.out().contains("loss: sum over features, exact"), trained.out());
    assertTrue(Files.exists(Path.of(run, "final.safetensors")));
  }

  /** The loss of the last batch is no loss to quote: of many models its least is far too low. */
  @Test
  void a_run_that_measured_nothing_quotes_an_exact_loss_or_none() throws IOException {
    Invocation cheap = train("--out", run, "-q", "--json", "--set", "eval.samples=0").succeeded();
    JsonNode exact = new ObjectMapper().readTree(cheap.out()).at("/tasks/0");
    assertEquals("exact", exact.at("/measuredBy").asText());
    assertEquals(0, exact.at("/bestLossError").asDouble());
    String large = folder.resolve("large").toString();
    Invocation none =
        train(
                "--out",
                large,
                "-q",
                "--json",
                "--set",
                "eval.samples=0",
                "--set",
                "model.features=20")
            .succeeded();
    JsonNode unmeasured = new ObjectMapper().readTree(none.out()).at("/tasks/0");
    assertEquals("not measured", unmeasured.at("/measuredBy").asText());
    assertTrue(unmeasured.at("/bestLoss").isNull(), none.out());
    String text = Invocation.of("inspect", large).succeeded().out();
    assertTrue(text.contains("not measured") && !text.contains("unknown"), text);
  }

  @Test
  void the_arena_preset_says_that_it_has_no_weight_decay() {
    Invocation trained = train("--out", run, "--set", "train.preset=arena").succeeded();
    assertTrue(trained.err().startsWith("plan: as ARENA but for"), trained.err());
    assertTrue(trained.err().contains("no weight decay"), trained.err());
  }

  @Test
  void quiet_and_json_leave_one_object_and_no_hint() throws IOException {
    Invocation trained = train("--out", run, "-q", "--json").succeeded();
    assertEquals("", trained.err());
    JsonNode json = new ObjectMapper().readTree(trained.out());
    assertEquals(3, json.at("/tasks").size());
    assertEquals(10, json.at("/tasks/0/models").asInt());
  }

  @Test
  void same_seed_same_bits_and_another_seed_others() throws IOException {
    String again = folder.resolve("again").toString();
    String other = folder.resolve("other").toString();
    train("--out", run, "--threads", "1").succeeded();
    train("--out", again, "--threads", "2").succeeded();
    train("--out", other, "--seed", "7").succeeded();
    assertArrayEquals(
        Files.readAllBytes(Path.of(run, "final.safetensors")),
        Files.readAllBytes(Path.of(again, "final.safetensors")));
    String same = Invocation.of("diff", run, again).succeeded().namesNext().out();
    assertEquals("same config\nsame bits in all 30 models\n", same);
    String differing = Invocation.of("diff", run, other).succeeded().out();
    assertTrue(differing.startsWith("config differs in train.seed\n30 of 30 models"), differing);
  }

  @Test
  void a_longer_run_continues_and_what_it_wrote_can_be_looked_at() throws IOException {
    train("--out", run).succeeded();
    Invocation more =
        Invocation.of("train", "--resume", run, "--set", "train.steps=80").succeeded().namesNext();
    assertTrue(more.out().startsWith(run), more.out());
    String straight = folder.resolve("straight").toString();
    train("--out", straight, "--set", "train.steps=80").succeeded();
    assertTrue(
        Invocation.of("diff", run, straight).succeeded().out().contains("same bits"), "resumed");

    assertTrue(Invocation.of("verify", run).succeeded().namesNext().out().contains("are whole"));
    assertEquals(more.out(), Invocation.of("inspect", run).succeeded().namesNext().out());
    String tensors =
        Invocation.of("inspect", run + "/final.safetensors").succeeded().namesNext().out();
    assertTrue(tensors.contains("F32 [30, 5, 2]"), tensors);
    for (String format : new String[] {"npz", "csv", "safetensors"}) {
      String exported = Invocation.of("export", run, "--to", format).succeeded().namesNext().out();
      assertEquals(Path.of(run, "models." + format) + "\n", exported);
    }
    Invocation report = Invocation.of("report", run).succeeded().namesNext();
    assertEquals("report: " + Path.of(run, "report.html") + "\n", report.out());
    String page = Files.readString(Path.of(run, "report.html"));
    assertTrue(page.contains("task 2, density 0.05"));
    assertFalse(page.contains("http://cdn"), "a report makes no request");
  }

  @Test
  void two_runs_make_one_report() throws IOException {
    String other = folder.resolve("other").toString();
    train("--out", run).succeeded();
    train("--out", other).succeeded();
    String both = folder.resolve("both.html").toString();
    Invocation.of("report", run, other, "-o", both).succeeded();
    assertTrue(Files.readString(Path.of(both)).contains("other"));
  }

  @Test
  void some_diverged_models_are_a_warning_and_all_an_error() {
    Invocation all = train("--out", run, "--set", "train.learning_rate=1e6", "-q");
    assertEquals(ErrorKind.DIVERGED.exitCode(), all.code(), all.err());
    assertTrue(all.err().startsWith("error[diverged]: 30 of 30 models diverged"), all.err());
  }

  @Test
  void keys_are_listed_with_what_they_allow() {
    String keys = Invocation.of("config", "keys", "model").succeeded().namesNext().out();
    assertTrue(keys.contains("linear | relu-output | relu-hidden | absolute-value"), keys);
    Invocation.of("config", "keys").succeeded();
  }

  @Test
  void fast_excludes_strict_and_changes_nothing_on_a_cpu() throws IOException {
    train("--out", run, "--fast", "--strict").failed(ErrorKind.USAGE);
    train("--out", run, "--fast", "--backend", "cpu").succeeded();
    assertTrue(
        Files.readString(Path.of(run, "provenance.json")).contains("\"arithmetic\" : \"1\""));
  }
}
