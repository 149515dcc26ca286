package toymodels.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is wrong with what a user gives: three lines, the exit code, and nothing changed. */
class BadInputTest {
  private static final String MODEL = "[model]\nkind = \"relu-output\"\nfeatures = 5\nhidden = 2\n";

  @TempDir private static Path folder;

  @BeforeAll
  static void make_a_run_and_damaged_copies() throws IOException {
    config("good.toml", MODEL + "[train]\nsteps = 20\nbatch = 16\n[history]\nkeyframes = 2\n");
    Invocation.of("train", path("good.toml"), "--out", path("run"), "-q").succeeded();
    byte[] whole = Files.readAllBytes(folder.resolve("run/final.safetensors"));
    write("short.safetensors", Arrays.copyOf(whole, whole.length / 2));
    byte[] flipped = whole.clone();
    flipped[whole.length - 3] ^= 1;
    write("flipped.safetensors", flipped);
    byte[] huge = whole.clone();
    Arrays.fill(huge, 0, 7, (byte) 0xff);
    write("huge.safetensors", huge);
    write("empty.safetensors", new byte[0]);
    write("noise.safetensors", "this is no file of tensors, but a sentence".getBytes(UTF_8));
    copyRun("damaged");
    write("damaged/final.safetensors", flipped);
    copyRun("unconfigured");
    Files.delete(folder.resolve("unconfigured/config.resolved.toml"));
    copyRun("edited");
    config("edited/config.resolved.toml", MODEL.replace("relu-output", "cubic"));
    copyRun("unfinished");
    Files.delete(folder.resolve("unfinished/final.safetensors"));
    Files.createDirectory(folder.resolve("emptiness"));
    for (String suffix : List.of("png", "gif", "json", "csv", "html")) {
      config("taken." + suffix, "somebody else's");
    }
    for (String suffix : List.of("svg", "npz", "html")) {
      Files.createSymbolicLink(folder.resolve("link." + suffix), folder.resolve("good.toml"));
    }
    Files.createDirectory(folder.resolve("folder.png"));
    Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nowhere"));
  }

  private static void config(String name, String text) throws IOException {
    write(name, text.getBytes(UTF_8));
  }

  private static void write(String name, byte[] bytes) throws IOException {
    Files.write(folder.resolve(name), bytes);
  }

  private static String path(String name) {
    return folder.resolve(name).toString();
  }

  private static void copyRun(String name) throws IOException {
    Path from = folder.resolve("run");
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(name).resolve(from.relativize(file).toString()));
      }
    }
  }

  /** Every file under the folder with its contents. */
  private static Map<String, String> contents() throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.toList()) {
        boolean regular = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
        contents.put(
            folder.relativize(file).toString(),
            regular ? Base64.getEncoder().encodeToString(Files.readAllBytes(file)) : "");
      }
    }
    return contents;
  }

  private static void fails(ErrorKind kind, String... arguments) throws IOException {
    Map<String, String> before = contents();
    Invocation.of(arguments).failed(kind);
    assertEquals(before, contents(), () -> "changed by " + String.join(" ", arguments));
  }

  /** {@code @} stands for the folder of test files. */
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          USAGE   | train
          USAGE   | train @/good.toml --resume @/run
          USAGE   | train --resume @/run --out @/other
          USAGE   | train @/good.toml @/good.toml
          USAGE   | train @/good.toml --seed many
          USAGE   | train @/good.toml --seed 99999999999999999999
          USAGE   | train @/good.toml --threads -1
          USAGE   | train @/good.toml --backend tpu --out @/new
          USAGE   | train @/good.toml --sed 7
          USAGE   | reproduce intor
          USAGE   | reproduce intro --quick --full
          USAGE   | reproduce intro extra
          USAGE   | config
          USAGE   | config kees
          USAGE   | config keys modle
          USAGE   | inspect
          USAGE   | report
          USAGE   | report @/run @/run
          USAGE   | report @/unfinished
          USAGE   | diff @/run
          USAGE   | diff @/run @/good.toml
          USAGE   | export @/run
          USAGE   | export @/run --to gif
          USAGE   | export @/run --to npz --layout arena
          USAGE   | export @/run --to npz --study 1
          USAGE   | export @/run --to npz --study -1
          USAGE   | export @/unfinished --to npz
          USAGE   | verify
          USAGE   | view @/run --screenshot @/new.png --study 2
          USAGE   | view @/run --screenshot @/new.jpg
          USAGE   | view @/run --screenshot @/good.toml
          USAGE   | view @/run --record @/new.png
          USAGE   | bench cpu --out @/new.txt
          USAGE   | export @/run --to npz -o @/new.csv
          USAGE   | report @/run -o @/new.pdf
          CONFIG  | train @/missing.toml
          FILE    | train @/emptiness
          STORAGE | train @/good.toml --out @/run
          STORAGE | train @/good.toml --out @/good.toml
          STORAGE | train @/good.toml --out @/good.toml/below
          STORAGE | train @/good.toml --out @/link
          STORAGE | train @/good.toml --out /proc/none/run
          STORAGE | train --resume @/missing
          STORAGE | train --resume @/emptiness
          STORAGE | train --resume @/unconfigured
          STORAGE | train --resume @/good.toml
          STORAGE | reproduce intro --out @/run
          STORAGE | inspect @/missing.safetensors
          STORAGE | view @/missing --screenshot @/new.png
          STORAGE | view @/missing.npy --screenshot @/new.png
          STORAGE | view @/missing.safetensors --screenshot @/new.png
          CONFIG  | view @/missing.toml --screenshot @/new.png
          STORAGE | view @/emptiness --screenshot @/new.png
          STORAGE | view @/run --screenshot @/new.png --camera @/missing.json
          STORAGE | inspect @/emptiness
          STORAGE | view @/run --screenshot @/taken.png
          STORAGE | view @/run --screenshot @/link.svg
          STORAGE | view @/run --screenshot @/folder.png
          STORAGE | view intro --record @/taken.gif
          STORAGE | view intro --screenshot @/missing/new.png
          STORAGE | bench cpu --out @/taken.json
          STORAGE | export @/run --to npz -o @/link.npz
          STORAGE | report @/run -o @/link.html
          STORAGE | report @/missing
          STORAGE | report @/run -o @/taken.html
          STORAGE | report @/run -o @/missing/report.html
          STORAGE | export @/run --to csv -o @/taken.csv
          STORAGE | export @/run --to csv -o @/missing/x.csv
          STORAGE | verify @/emptiness
          STORAGE | verify @/missing
          STORAGE | diff @/missing @/gone
          CONFIG  | train --resume @/edited
          CONFIG  | train --resume @/run --set train.batch=3
          CONFIG  | train --resume @/run --set train.steps=3
          CONFIG  | train @/run/final.safetensors
          CONFIG  | inspect @/edited
          FILE    | inspect @/short.safetensors
          FILE    | inspect @/huge.safetensors
          FILE    | inspect @/empty.safetensors
          FILE    | inspect @/noise.safetensors
          FILE    | inspect @/good.toml
          FILE    | inspect @/damaged
          FILE    | view @/short.safetensors --screenshot @/new.png
          FILE    | view @/edited/metrics.jsonl --screenshot @/new.png
          FILE    | diff @/run/final.safetensors @/flipped.safetensors
          FILE    | report @/damaged
          FILE    | export @/damaged --to csv
          FILE    | verify @/damaged
          """)
  void commands(ErrorKind kind, String line) throws IOException {
    fails(kind, line.replace("@", folder.toString()).split(" "));
  }

  @ParameterizedTest(name = "--set {0}")
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          model.hiden=2
          modle.hidden=2
          hidden=2
          model.hidden
          =2
          model.kind=cubic
          model.kind=3
          model.features=0
          model.features=-5
          model.features=5.5
          model.features=99999999999999999999
          model.features=five
          model.hidden=70000
          data.density=1e-10
          data.density=-0.1
          train.learning_rate=1e-300
          train.weight_decay=1e-300
          train.beta2=0.99999999
          init.std=1e-320
          data.density=[[0.1, 0.2, 0.3, 0.4, 0.5]]
          train.lr=0.1
          data.density=1.5
          data.density=nan
          data.density=[0.1, 2.0]
          data.density=[]
          data.density={ logspace = [1.0, 0.1] }
          data.density={ logspace = [1.0, 0.1], count = 0 }
          data.coupling=correlated
          data.sets=[[0, 1]]
          data.signed=perhaps
          importance.uniform=-1
          importance.geometric=inf
          importance.values=[1.0, 2.0]
          init.scheme=zero
          init.std=-0.1
          train.steps=0
          train.steps=1e4
          train.batch=0
          train.replicas=0
          train.optimizer=sgd
          train.learning_rate=0
          train.beta1=1
          train.eps=0
          train.weight_decay=-0.01
          train.schedule=sometimes
          train.warmup=1000000
          train.tiles=2000
          train.micro_batches=2000
          train.estimator=guess
          train.stratified_samples=64
          train.seed=x
          train.preset=mine
          checkpoint.every=0
          history.keyframes=1
          eval.samples=-1
          """)
  void keys(String override) throws IOException {
    fails(ErrorKind.CONFIG, "train", path("good.toml"), "--out", path("new"), "--set", override);
  }

  @Test
  void texts() throws IOException {
    String[] wrong = {
      "",
      "[model]",
      "[model",
      "model = 3",
      "kind = \"linear\"",
      MODEL + MODEL,
      MODEL + "hidden = 3\n",
      MODEL + "[train]\nsteps = \"many\"\n",
      MODEL + "x = " + "[".repeat(3000) + "]".repeat(3000) + "\n",
      "\u0000\u0001",
    };
    for (String text : wrong) {
      config("wrong.toml", text);
      Map<String, String> before = contents();
      Invocation answer = Invocation.of("train", path("wrong.toml"), "--out", path("new"));
      assertEquals(ErrorKind.CONFIG.exitCode(), answer.code(), answer.err());
      assertEquals(0, answer.err().lines().count() % 3, answer.err());
      assertTrue(answer.err().startsWith("error[config]: "), answer.err());
      assertEquals(before, contents());
    }
  }

  @Test
  void a_misspelt_key_is_answered_with_file_line_and_the_nearest_key() throws IOException {
    config("typo.toml", MODEL.replace("hidden", "hiden"));
    Invocation answer = Invocation.of("train", path("typo.toml"), "--out", path("new"));
    assertTrue(answer.err().contains("unknown key 'hiden'"), answer.err());
    assertTrue(answer.err().contains("typo.toml:4"), answer.err());
    assertTrue(answer.err().contains("did you mean 'hidden'?"), answer.err());
  }
}
