package toymodels.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import toymodels.files.InputFile;
import toymodels.run.file.AtomicFile;
import toymodels.run.file.DamagedFileException;
import toymodels.run.file.Disk;
import toymodels.run.file.Sha256;
import toymodels.run.file.StorageException;

/**
 * What a directory of results consists of, {@code manifest.json}: path, length, SHA-256 and, where
 * a file has one, the step of every file, and the hash of every study's config. The last line but
 * one holds the hash of all lines before it, so that the manifest covers itself: {@code head -n -2
 * manifest.json | sha256sum} gives it. It is written after everything else, when training ends or
 * was stopped, and removed before anything changes; so a run without one was not closed.
 *
 * @param configs the hash of each study's config, {@link toymodels.run.config.RunConfig#sha256}
 * @param runs names of directories within that are results of their own
 * @param files every file, by path
 */
record Manifest(List<String> configs, List<String> runs, List<Entry> files) {
  static final String NAME = "manifest.json";
  static final String FORMAT_PREFIX = "toymodels-manifest-";
  static final int FORMAT = 1;
  private static final int MOST_BYTES = 64 << 20;
  private static final String LAST = "  \"sha256\" : \"";
  private static final ObjectMapper JSON = new ObjectMapper();

  static {
    JSON.getFactory()
        .setStreamReadConstraints(
            StreamReadConstraints.builder().maxNestingDepth(4).maxNumberLength(32).build());
  }

  /**
   * One file.
   *
   * @param path within the directory, with slashes
   * @param bytes its length
   * @param sha256 of its bytes
   * @param step of the models or of the last row that it holds
   */
  record Entry(String path, long bytes, String sha256, OptionalInt step) {}

  Manifest {
    configs = List.copyOf(configs);
    runs = List.copyOf(runs);
    files = List.copyOf(files);
  }

  /** This manifest without some files. */
  Manifest without(Predicate<String> paths) {
    return new Manifest(
        configs, runs, files.stream().filter(entry -> !paths.test(entry.path)).toList());
  }

  /** This manifest with other files, too; of one path the other entry counts. */
  Manifest with(List<Entry> more) {
    List<Entry> all = new ArrayList<>(files);
    all.removeIf(old -> more.stream().anyMatch(entry -> entry.path.equals(old.path)));
    all.addAll(more);
    all.sort((a, b) -> a.path.compareTo(b.path));
    return new Manifest(configs, runs, all);
  }

  Optional<Entry> find(String path) {
    return files.stream().filter(entry -> entry.path.equals(path)).findFirst();
  }

  static boolean exists(Path directory) {
    return Files.exists(directory.resolve(NAME), LinkOption.NOFOLLOW_LINKS);
  }

  void write(Disk disk, Path directory) {
    AtomicFile.writeText(disk, directory.resolve(NAME), text());
  }

  /** Removes the manifest, before anything that it covers changes. */
  static void remove(Disk disk, Path directory) {
    Path file = directory.resolve(NAME);
    if (exists(directory)) {
      StorageException.telling(
          "deleting " + NAME,
          file,
          () -> {
            disk.delete(file);
            disk.forceDirectory(directory);
            return null;
          });
    }
  }

  String text() {
    StringBuilder text = new StringBuilder("{\n  \"format\" : ");
    text.append(quoted(FORMAT_PREFIX + FORMAT)).append(",\n  \"config_sha256\" : [");
    append(text, configs.stream().map(Manifest::quoted).toList()).append(",\n  \"runs\" : [");
    append(text, runs.stream().map(Manifest::quoted).toList()).append(",\n  \"files\" : [");
    append(text, files.stream().map(Manifest::line).toList()).append(",\n");
    return text + LAST + Sha256.of(text.toString()) + "\"\n}\n";
  }

  private static StringBuilder append(StringBuilder text, List<String> items) {
    for (int i = 0; i < items.size(); i++) {
      text.append(i == 0 ? "\n    " : ",\n    ").append(items.get(i));
    }
    return text.append(items.isEmpty() ? "]" : "\n  ]");
  }

  private static String line(Entry entry) {
    ObjectNode node = JSON.createObjectNode();
    node.put("path", entry.path);
    node.put("bytes", entry.bytes);
    node.put("sha256", entry.sha256);
    entry.step.ifPresent(step -> node.put("step", step));
    return node.toString();
  }

  private static String quoted(String text) {
    try {
      return JSON.writeValueAsString(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a text is always JSON", e);
    }
  }

  /**
   * Reads the manifest of a directory.
   *
   * @throws DamagedFileException if it is none, altered, or of a newer version
   */
  static Manifest read(Path directory) {
    Path file = directory.resolve(NAME);
    byte[] bytes =
        StorageException.telling(
            "reading " + NAME,
            file,
            () -> InputFile.bytes(file, MOST_BYTES, LinkOption.NOFOLLOW_LINKS));
    try {
      JsonNode root = JSON.readTree(bytes);
      requireFormat(file, root.path("format").asText());
      Manifest manifest =
          new Manifest(
              texts(file, root.path("config_sha256")),
              texts(file, root.path("runs")),
              entries(file, root.path("files")));
      if (!Arrays.equals(manifest.text().getBytes(StandardCharsets.UTF_8), bytes)) {
        throw damaged(file, "altered: its own hash does not agree with what it says");
      }
      return manifest;
    } catch (IOException | StackOverflowError e) {
      throw damaged(file, "altered: it is not the JSON that toymodels writes");
    }
  }

  private static void requireFormat(Path file, String format) {
    if (!format.matches(FORMAT_PREFIX + "[1-9][0-9]{0,5}")) {
      throw damaged(file, "altered: it is not the JSON that toymodels writes");
    }
    if (Integer.parseInt(format.substring(FORMAT_PREFIX.length())) > FORMAT) {
      throw new DamagedFileException(
          file,
          "its format is %s, this version reads up to %s%d"
              .formatted(format, FORMAT_PREFIX, FORMAT),
          "use the version of toymodels that wrote it, or a newer one");
    }
  }

  private static List<String> texts(Path file, JsonNode node) {
    List<String> texts = new ArrayList<>();
    for (JsonNode item : array(file, node)) {
      texts.add(item.asText());
    }
    return texts;
  }

  private static List<Entry> entries(Path file, JsonNode node) {
    List<Entry> entries = new ArrayList<>();
    for (JsonNode item : array(file, node)) {
      JsonNode step = item.path("step");
      requireWithin(file, item.path("path").asText());
      entries.add(
          new Entry(
              item.path("path").asText(),
              item.path("bytes").asLong(),
              item.path("sha256").asText(),
              step.isInt() ? OptionalInt.of(step.asInt()) : OptionalInt.empty()));
    }
    return entries;
  }

  /** A name from a file never leads out of its directory. */
  private static void requireWithin(Path file, String path) {
    boolean within =
        !path.isEmpty()
            && path.chars().noneMatch(Character::isISOControl)
            && Arrays.stream(path.split("/", -1))
                .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
    if (!within) {
      throw damaged(file, "altered: it names a path that leads out of the run");
    }
  }

  private static ArrayNode array(Path file, JsonNode node) {
    if (node instanceof ArrayNode array) {
      return array;
    }
    throw damaged(file, "altered: it is not the JSON that toymodels writes");
  }

  private static DamagedFileException damaged(Path file, String what) {
    return new DamagedFileException(
        file, what, "put the file back; without it, whether others are as they were is not known");
  }
}
