package toymodels.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toymodels.run.config.RunConfig;
import toymodels.run.file.Disk;
import toymodels.run.file.Npz;
import toymodels.run.file.ProblemException;

/**
 * Files changed at random: each loads, or gives problems of three lines, and nothing else.
 *
 * <p>{@code -Dtoymodels.mutations=100000} soaks, {@code -Dtoymodels.seed=...} tries others.
 */
class MutationTest {
  private static final int MUTATIONS = Integer.getInteger("toymodels.mutations", 500);
  private static final long SEED = Long.getLong("toymodels.seed", 0);
  private static final String ALPHABET = "[]{}(),:.=\"'\\-0123456789eEtfn _\n\t\0\u00ff#abcNSW";

  @TempDir Path folder;
  private Path run;

  @BeforeEach
  void train() {
    run = folder.resolve("run");
    Runs.complete(run, Runs.config(12));
  }

  @Test
  void models() throws IOException {
    mutate("final.safetensors", SavedModels::read);
  }

  @Test
  void losses() throws IOException {
    mutate("metrics.jsonl", file -> new Metrics(Disk.LOCAL, file, 4).read());
  }

  @Test
  void configs() throws IOException {
    mutate("config.resolved.toml", file -> RunConfig.parse(file, List.of()));
  }

  @Test
  void provenance() throws IOException {
    mutate("provenance.json", file -> Provenance.read(Disk.LOCAL, file.getParent()).origin());
  }

  @Test
  void archives() throws IOException {
    StudyDirectory study = RunDirectory.open(run).studies().get(0);
    Export.npz(study.study(), study.finalModels(), true, run.resolve("x.npz"));
    mutate("x.npz", file -> Npz.names(file).forEach(name -> Npz.read(file, name)));
  }

  private void mutate(String name, Consumer<Path> loading) throws IOException {
    byte[] whole = Files.readAllBytes(run.resolve(name));
    SplittableRandom random = new SplittableRandom(SEED);
    int refused = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] bytes = mutated(whole, random);
      Path file = Files.write(run.resolve(name), bytes);
      try {
        loading.accept(file);
      } catch (ProblemException e) {
        refused++;
        assertEquals(3, e.problems().get(0).toString().lines().count(), e.getMessage());
      } catch (RuntimeException | Error e) {
        Path kept = Files.write(Files.createTempFile("mutation-", "-" + name), bytes);
        fail("%s; kept as %s, again with -Dtoymodels.seed=%d".formatted(e, kept, SEED), e);
      }
    }
    assertTrue(refused > MUTATIONS / 4, refused + " of " + MUTATIONS + " were refused");
  }

  private static byte[] mutated(byte[] whole, SplittableRandom random) {
    byte[] bytes = whole.clone();
    int changes = 1 + random.nextInt(3);
    for (int c = 0; c < changes && bytes.length > 1; c++) {
      // Half of the changes hit the start, where headers are.
      int reach = random.nextBoolean() ? Math.min(bytes.length, 300) : bytes.length;
      int at = random.nextInt(reach);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes[at] = (byte) ALPHABET.charAt(random.nextInt(ALPHABET.length()));
        case 2 -> bytes = Arrays.copyOf(bytes, at + 1);
        case 3 -> {
          byte[] piece = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + 20));
          bytes = spliced(bytes, random.nextInt(reach), piece);
        }
        default -> {
          char symbol = ALPHABET.charAt(random.nextInt(ALPHABET.length()));
          String many = String.valueOf(symbol).repeat(1 + random.nextInt(40));
          bytes = spliced(bytes, at, many.getBytes(StandardCharsets.ISO_8859_1));
        }
      }
    }
    return bytes;
  }

  private static byte[] spliced(byte[] into, int at, byte[] piece) {
    byte[] result = Arrays.copyOf(into, into.length + piece.length);
    System.arraycopy(piece, 0, result, at, piece.length);
    System.arraycopy(into, at, result, at + piece.length, into.length - at);
    return result;
  }
}
