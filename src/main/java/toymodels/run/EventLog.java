package toymodels.run;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import toymodels.files.InputFile;
import toymodels.run.file.AtomicFile;
import toymodels.run.file.DamagedFileException;
import toymodels.run.file.Disk;
import toymodels.run.file.StorageException;
import toymodels.train.TrainingEvent;

/**
 * The changes that belong to a training, {@code events.jsonl}: one line each, {@code
 * {"step":100,"change":"DENSITY","value":0.5}}, by ascending step.
 */
final class EventLog {
  /** Nobody turns knobs so often; a larger file is not ours. */
  private static final long MOST_BYTES = 1 << 22;

  private final Disk disk;
  private final Path file;

  EventLog(Disk disk, Path file) {
    this.disk = disk;
    this.file = file;
  }

  /** Replaces all. */
  void write(List<TrainingEvent> events) {
    AtomicFile.writeText(
        disk, file, events.stream().map(e -> e.toJson() + "\n").collect(Collectors.joining()));
  }

  /**
   * All changes before a step; none if there is no file.
   *
   * @throws DamagedFileException if the file is something else
   */
  List<TrainingEvent> read(int steps) {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    List<String> lines =
        StorageException.telling(
            "reading " + file.getFileName(),
            file,
            () -> {
              byte[] bytes = InputFile.bytes(file, MOST_BYTES, LinkOption.NOFOLLOW_LINKS);
              return new String(bytes, StandardCharsets.ISO_8859_1).lines().toList();
            });
    List<TrainingEvent> events = new ArrayList<>();
    for (String line : lines) {
      try {
        events.add(TrainingEvent.parse(line));
      } catch (IllegalArgumentException e) {
        throw damaged("line %d: %s".formatted(events.size() + 1, e.getMessage()));
      }
      int last = events.size() - 1;
      if (last > 0 && events.get(last).step() < events.get(last - 1).step()) {
        throw damaged("its steps do not ascend");
      }
    }
    return events.stream().filter(e -> e.step() < steps).toList();
  }

  private DamagedFileException damaged(String why) {
    return new DamagedFileException(
        file, why, "put the file back as the viewer wrote it; without it the run is another");
  }
}
