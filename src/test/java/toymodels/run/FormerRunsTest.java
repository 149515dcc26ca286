package toymodels.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toymodels.run.config.RunConfig;

/** What was written when keys had other names is read as it was meant, to the same bits. */
class FormerRunsTest {
  private static final Path RESOURCES = Path.of("src/test/resources/run");

  @TempDir Path folder;

  /** Hashes of what the release that wrote {@code tiles} made of the same run. */
  @Test
  void a_run_stopped_before_keys_were_renamed_ends_at_its_own_bits()
      throws IOException, NoSuchAlgorithmException {
    Path run = copy(RESOURCES.resolve("stopped-tiles"), folder.resolve("run"));
    assertTrue(Files.readString(run.resolve(StudyDirectory.CONFIG)).contains("\ntiles = 3\n"));
    try (RunDirectory opened = RunDirectory.resume(run)) {
      assertEquals(4512, opened.studies().get(0).lastStep());
      assertFalse(Runs.train(opened).stopped());
    }
    assertEquals(
        "85e76eb42e93aeba6b443fa2ba44077f0db25e7fd49405dd2f3a0c9b12aeeae6",
        sha256(run.resolve("final.safetensors")));
    assertEquals(
        "6e14a659358bebbbaedb73e26d809d23abd852e6e92487631eb1b3ce1b3d1ef5",
        sha256(run.resolve("history.safetensors")));
    assertEquals(
        "f9b71ba1d136f8cbf1b031eda0333145baa7a557cf1f648408d3baffac45fe5a",
        sha256(run.resolve("metrics.jsonl")));
  }

  private static String sha256(Path file) throws IOException, NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    return HexFormat.of().formatHex(digest.digest(Files.readAllBytes(file)));
  }

  /** Each config of the file stands below its {@code config_sha256} of that release. */
  @Test
  void configs_have_the_hashes_that_they_had() throws IOException {
    String text = Files.readString(RESOURCES.resolve("config-hashes.txt"));
    List<String> entries =
        Stream.of(text.split("(?m)^# ")).filter(entry -> !entry.isBlank()).toList();
    assertTrue(entries.size() >= 21);
    for (String entry : entries) {
      String hash = entry.substring(0, entry.indexOf('\n'));
      RunConfig config = RunConfig.parse(entry.substring(hash.length()), "a config", List.of());
      assertEquals(hash, config.sha256(), entry);
      RunConfig reread = RunConfig.parse(config.toToml(), "its text", List.of());
      assertEquals(config, reread);
      assertEquals(hash, reread.sha256(), entry);
    }
  }

  private static Path copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.copy(file, target);
      }
    }
    return to;
  }
}
