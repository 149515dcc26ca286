package toymodels.run;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import toymodels.run.file.AtomicFile;
import toymodels.run.file.DamagedFileException;
import toymodels.run.file.Disk;
import toymodels.run.file.ShortestDecimal;
import toymodels.run.file.StorageException;
import toymodels.train.LossCurve;

/**
 * The losses of a run, {@code metrics.jsonl}: one line a recorded step, {@code
 * {"step":100,"loss":[0.25,null]}}, the notebook's loss of each model, null where it is not finite:
 * of the batch, or of all inputs, as the run's estimator sees it.
 */
final class Metrics {
  /** Characters that one number, its comma and the rest of a line take at most. */
  private static final int NUMBER = 32;

  private static final int REST = 256;
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(2).maxNumberLength(NUMBER).build())
          .build();

  private final Disk disk;
  private final Path file;
  private final int models;

  Metrics(Disk disk, Path file, int models) {
    this.disk = disk;
    this.file = file;
    this.models = models;
  }

  /** One line. */
  private record Row(int step, float[] losses) {}

  /** Appends rows, and makes them survive a loss of power. */
  void append(List<Integer> steps, List<float[]> losses) {
    AtomicFile.append(
        disk,
        file,
        out -> {
          for (int r = 0; r < steps.size(); r++) {
            out.ascii(line(steps.get(r), losses.get(r)));
          }
        },
        true);
  }

  private boolean exists() {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
  }

  private static String line(int step, float[] losses) {
    StringBuilder line = new StringBuilder("{\"step\":").append(step).append(",\"loss\":[");
    for (int k = 0; k < losses.length; k++) {
      line.append(k == 0 ? "" : ",");
      line.append(Float.isFinite(losses[k]) ? ShortestDecimal.shortest(losses[k]) : "null");
    }
    return line.append("]}\n").toString();
  }

  /**
   * All rows.
   *
   * @throws DamagedFileException if a line is not one of {@link #append}
   */
  LossCurve read() {
    List<Row> rows = new ArrayList<>();
    scan(Integer.MAX_VALUE, rows);
    return new LossCurve(
        rows.stream().mapToInt(Row::step).toArray(),
        rows.stream().map(Row::losses).toArray(float[][]::new));
  }

  /** Cuts off rows of later steps, and a line that a process could not finish. */
  void truncateAfter(int step) {
    if (exists()) {
      long length = scan(step, new ArrayList<>());
      StorageException.telling(
          "cutting " + file.getFileName(),
          file,
          () -> {
            if (Files.size(file) > length) {
              disk.truncate(file, length);
            }
            return null;
          });
    }
  }

  /** Adds rows up to a step; the number of bytes that they take. */
  private long scan(int lastStep, List<Row> rows) {
    if (!exists()) {
      return 0;
    }
    return StorageException.telling(
        "reading " + file.getFileName(),
        file,
        () -> {
          long length = 0;
          try (InputStream in =
              new BufferedInputStream(Channels.newInputStream(disk.read(file)), 1 << 16)) {
            for (byte[] line = next(in, rows.size()); line != null; line = next(in, rows.size())) {
              Row row = parse(line, rows);
              if (row.step > lastStep) {
                break;
              }
              rows.add(row);
              length += line.length + 1;
            }
          }
          return length;
        });
  }

  /** The next whole line without its end, or null. */
  private byte[] next(InputStream in, int row) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0; b = in.read()) {
      if (b == '\n') {
        return line.toByteArray();
      }
      line.write(b);
      if (line.size() > (long) NUMBER * models + REST) {
        throw damaged(row, "it is too long for " + models + " models");
      }
    }
    return null;
  }

  private Row parse(byte[] line, List<Row> before) {
    int row = before.size();
    int previous = row == 0 ? -1 : before.get(row - 1).step;
    try (JsonParser json = JSON.createParser(line)) {
      expect(json.nextToken() == JsonToken.START_OBJECT, row);
      expect("step".equals(json.nextFieldName()), row);
      expect(json.nextToken() == JsonToken.VALUE_NUMBER_INT, row);
      int step = json.getIntValue();
      if (step <= previous) {
        throw damaged(row, "its step %d does not follow %d".formatted(step, previous));
      }
      expect("loss".equals(json.nextFieldName()), row);
      expect(json.nextToken() == JsonToken.START_ARRAY, row);
      float[] losses = new float[models];
      for (int k = 0; k < models; k++) {
        JsonToken token = json.nextToken();
        boolean number =
            token == JsonToken.VALUE_NUMBER_FLOAT || token == JsonToken.VALUE_NUMBER_INT;
        expect(number || token == JsonToken.VALUE_NULL, row);
        losses[k] = number ? json.getFloatValue() : Float.NaN;
      }
      expect(json.nextToken() == JsonToken.END_ARRAY, row);
      expect(json.nextToken() == JsonToken.END_OBJECT, row);
      expect(json.nextToken() == null, row);
      return new Row(step, losses);
    } catch (IOException e) {
      throw damaged(row, "it is not the JSON of a row of %d models".formatted(models));
    }
  }

  private void expect(boolean holds, int row) {
    if (!holds) {
      throw damaged(row, "it is not the JSON of a row of %d models".formatted(models));
    }
  }

  private DamagedFileException damaged(int row, String what) {
    return new DamagedFileException(
        file,
        "line %d is damaged: %s".formatted(row + 1, what),
        "use another copy of the file, or remove it to go on without these losses");
  }
}
