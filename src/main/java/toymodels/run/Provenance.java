package toymodels.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import toymodels.files.InputFile;
import toymodels.run.file.AtomicFile;
import toymodels.run.file.DamagedFileException;
import toymodels.run.file.Disk;
import toymodels.run.file.StorageException;
import toymodels.train.Backend;
import toymodels.train.Study;

/**
 * {@code provenance.json}: all that may differ between two runs of the same results. What was asked
 * for, and for each session (the first and every resume) versions, machine, backend, times.
 */
final class Provenance {
  static final String NAME = "provenance.json";
  private static final String MANIFEST = "manifest";
  private static final String WRITES_MANIFESTS = "writes_manifest";
  private static final int MAX_BYTES = 16 << 20;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  static {
    JSON.getFactory()
        .setStreamReadConstraints(
            StreamReadConstraints.builder().maxNestingDepth(16).maxNumberLength(32).build());
  }

  private final Disk disk;
  private final Path file;
  private final ObjectNode root;

  private Provenance(Disk disk, Path file, ObjectNode root) {
    this.disk = disk;
    this.file = file;
    this.root = root;
  }

  static Provenance create(Disk disk, Path run, RunRequest origin) {
    ObjectNode root = JSON.createObjectNode();
    root.put("command", origin.command());
    origin.experiment().ifPresent(e -> root.put("experiment", e));
    origin.scale().ifPresent(s -> root.put("scale", s));
    root.put(WRITES_MANIFESTS, true);
    root.putArray("sessions");
    Provenance provenance = new Provenance(disk, run.resolve(NAME), root);
    provenance.write();
    return provenance;
  }

  static Provenance read(Disk disk, Path run) {
    Path file = run.resolve(NAME);
    byte[] bytes =
        StorageException.telling(
            "reading " + NAME,
            file,
            () -> InputFile.bytes(file, MAX_BYTES, LinkOption.NOFOLLOW_LINKS));
    try {
      JsonNode root = JSON.readTree(bytes);
      if (root instanceof ObjectNode object
          && object.path("command").isTextual()
          && object.path("sessions").isArray()) {
        return new Provenance(disk, file, object);
      }
    } catch (java.io.IOException | StackOverflowError e) {
      throw new DamagedFileException(file, "it is not the JSON that toymodels writes");
    }
    throw new DamagedFileException(file, "it has no command, or no sessions");
  }

  RunRequest origin() {
    return new RunRequest(root.path("command").asText(), text("experiment"), text("scale"));
  }

  private Optional<String> text(String key) {
    JsonNode node = root.get(key);
    return node != null && node.isTextual() ? Optional.of(node.asText()) : Optional.empty();
  }

  /** The file's text. */
  String text() {
    try {
      return JSON.writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of text and numbers is always JSON", e);
    }
  }

  /** Begins a session: who trains, with what, from now on. */
  void start(Backend backend, List<Study> studies, int threads) {
    List<Backend.TrainedBy> by = studies.stream().map(backend::trainedBy).distinct().toList();
    ObjectNode session = ((ArrayNode) root.path("sessions")).addObject();
    session.put("started", Instant.now().toString());
    session.put("toymodels", Build.version());
    session.put("commit", Build.commit());
    session.put("arithmetic", backend.determinism().label());
    session.put("backend", joined(by, Backend.TrainedBy::name));
    session.put("backend_description", joined(by, Backend.TrainedBy::description));
    session.put("backend_asked", backend.name());
    session.put("threads", threads);
    session.put("host", Host.name());
    session.put("processors", Runtime.getRuntime().availableProcessors());
    session.put("java", System.getProperty("java.version"));
    session.put("java_vm", System.getProperty("java.vm.name"));
    session.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    session.put("arch", System.getProperty("os.arch"));
    session.put(WRITES_MANIFESTS, true);
    write();
  }

  private static String joined(
      List<Backend.TrainedBy> by, Function<Backend.TrainedBy, String> word) {
    return by.stream().map(word).distinct().collect(Collectors.joining("; "));
  }

  /** Whether the last session ended in order, and so with a manifest. */
  boolean closedWithManifest() {
    return last().has(MANIFEST);
  }

  /** Whether the last session, or the run before its first, is of a version with manifests. */
  boolean writesManifests() {
    return root.has(WRITES_MANIFESTS) || last().has(WRITES_MANIFESTS);
  }

  private JsonNode last() {
    JsonNode sessions = root.path("sessions");
    return sessions.path(sessions.size() - 1);
  }

  /** Ends the session that {@link #start} began. */
  void finish(Duration took, RunOutcome outcome) {
    ArrayNode sessions = (ArrayNode) root.path("sessions");
    ObjectNode session = (ObjectNode) sessions.get(sessions.size() - 1);
    session.put("finished", Instant.now().toString());
    session.put("wall_seconds", took.toMillis() / 1000.0);
    session.put("stopped", outcome.stopped());
    session.put("models", outcome.models());
    session.put("diverged", outcome.diverged());
    session.put(MANIFEST, Manifest.FORMAT_PREFIX + Manifest.FORMAT);
    write();
  }

  private void write() {
    AtomicFile.writeText(disk, file, text());
  }
}
