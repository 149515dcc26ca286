package toymodels.run.file;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the safetensors format: a length, a JSON header, and all numbers little-endian without
 * holes. Tensors of wider numbers come first, so that each is aligned, and the data section starts
 * at a multiple of 64 bytes.
 *
 * <p>Since the format has no checksum, two are put into its metadata: {@code data_sha256} of the
 * data section, and {@code header_sha256} of {@link SafetensorsHeader#canonical}.
 */
public final class SafetensorsWriter {
  static final String DATA_HASH = "data_sha256";
  static final String HEADER_HASH = "header_sha256";
  private static final int ALIGNMENT = 64;

  private SafetensorsWriter() {}

  /**
   * Writes a file atomically.
   *
   * @throws StorageException if the disk fails
   */
  public static void write(
      Disk disk, Path file, boolean readBack, Map<String, String> metadata, List<Tensor> tensors) {
    AtomicFile.write(disk, file, readBack, content(metadata, tensors));
  }

  /**
   * Writes a file that does not exist yet.
   *
   * @throws StorageException if it does, or the disk fails
   */
  public static void create(Path file, Map<String, String> metadata, List<Tensor> tensors) {
    AtomicFile.create(file, content(metadata, tensors));
  }

  /** The bytes of a file. */
  static Tensor.Content content(Map<String, String> metadata, List<Tensor> tensors) {
    List<Tensor> ordered = new ArrayList<>(tensors);
    ordered.sort(Comparator.comparingInt((Tensor t) -> t.dtype().bytes()).reversed());
    List<TensorInfo> infos = new ArrayList<>();
    long end = 0;
    for (Tensor tensor : ordered) {
      long begin = end;
      end = Math.addExact(end, tensor.bytes());
      infos.add(new TensorInfo(tensor.name(), tensor.dtype(), tensor.shape(), begin, end));
    }
    Map<String, String> complete = new LinkedHashMap<>(metadata);
    complete.put(DATA_HASH, hash(ordered));
    complete.put(HEADER_HASH, Sha256.of(SafetensorsHeader.canonical(complete, infos)));
    byte[] header = header(complete, infos);
    return out -> {
      out.longs(new long[] {header.length});
      out.bytes(header);
      for (Tensor tensor : ordered) {
        tensor.content().writeTo(out);
      }
    };
  }

  private static String hash(List<Tensor> tensors) {
    MessageDigest digest = Sha256.start();
    LittleEndian out = new LittleEndian(digest::update);
    try {
      for (Tensor tensor : tensors) {
        tensor.content().writeTo(out);
      }
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("hashing in memory", e);
    }
    return Sha256.finish(digest);
  }

  private static byte[] header(Map<String, String> metadata, List<TensorInfo> infos) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
      json.writeStartObject();
      json.writeObjectFieldStart(SafetensorsHeader.METADATA);
      for (Map.Entry<String, String> entry : metadata.entrySet()) {
        json.writeStringField(entry.getKey(), entry.getValue());
      }
      json.writeEndObject();
      for (TensorInfo info : infos) {
        json.writeObjectFieldStart(info.name());
        json.writeStringField("dtype", info.dtype().name());
        json.writeFieldName("shape");
        json.writeArray(info.shape(), 0, info.shape().length);
        json.writeFieldName("data_offsets");
        json.writeArray(new long[] {info.begin(), info.end()}, 0, 2);
        json.writeEndObject();
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing in memory", e);
    }
    int unpadded = bytes.size();
    int whole = (unpadded + Long.BYTES + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT - Long.BYTES;
    byte[] header = Arrays.copyOf(bytes.toByteArray(), whole);
    Arrays.fill(header, unpadded, whole, (byte) ' ');
    return header;
  }
}
