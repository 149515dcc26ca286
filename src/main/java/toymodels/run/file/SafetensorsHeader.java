package toymodels.run.file;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The JSON header of a safetensors file, checked against the length of the data section.
 *
 * @param metadata the {@code __metadata__} entry, text to text
 * @param tensors every array, in the order of their data
 * @param dataStart the first byte of the data section in the file
 */
record SafetensorsHeader(Map<String, String> metadata, List<TensorInfo> tensors, long dataStart) {
  /** Far above any real header; the format itself allows 100 MB. */
  static final int MAX_LENGTH = 4 << 20;

  static final String METADATA = "__metadata__";
  private static final int MAX_RANK = 16;
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(4)
                  .maxNumberLength(20)
                  .maxNameLength(10_000)
                  .build())
          .build();

  /** Says in one clause what is wrong with a header. */
  static class Fault extends Exception {
    private static final long serialVersionUID = 1L;

    Fault(String message) {
      super(message);
    }
  }

  /** Says in one clause what of a header is valid and yet not read. */
  static final class Unsupported extends Fault {
    private static final long serialVersionUID = 1L;

    Unsupported(String message) {
      super(message);
    }
  }

  /**
   * All that a header says, one line an entry, metadata sorted by key, without the hash itself:
   * {@code key=value}, then {@code name dtype [shape] begin end}.
   */
  static String canonical(Map<String, String> metadata, List<TensorInfo> tensors) {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, String> entry : new TreeMap<>(metadata).entrySet()) {
      if (!entry.getKey().equals(SafetensorsWriter.HEADER_HASH)) {
        text.append(entry.getKey()).append('=').append(entry.getValue()).append('\n');
      }
    }
    for (TensorInfo t : tensors) {
      text.append(t.name()).append(' ').append(t.dtype()).append(' ');
      text.append(Arrays.toString(t.shape())).append(' ');
      text.append(t.begin()).append(' ').append(t.end()).append('\n');
    }
    return text.toString();
  }

  /**
   * Reads the header of a file from its start.
   *
   * @throws DamagedFileException if it is not a whole safetensors file
   */
  static SafetensorsHeader read(Path file, SeekableByteChannel channel) throws IOException {
    long size = channel.size();
    if (size < Long.BYTES) {
      throw new DamagedFileException(
          file, "not a safetensors file: it has %d bytes, needed are 8 or more".formatted(size));
    }
    ByteBuffer start = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    fill(file, channel, start);
    long length = start.getLong();
    if (length < 0 || length > MAX_LENGTH) {
      throw new DamagedFileException(
          file,
          "not a safetensors file: its header would take %s bytes, allowed are %d"
              .formatted(Long.toUnsignedString(length), MAX_LENGTH));
    }
    if (length > size - Long.BYTES) {
      throw new DamagedFileException(
          file,
          "cut short: its header takes %d bytes, but only %d follow"
              .formatted(length, size - Long.BYTES));
    }
    ByteBuffer text = ByteBuffer.allocate((int) length);
    fill(file, channel, text);
    try {
      long dataStart = Long.BYTES + length;
      String json = StandardCharsets.UTF_8.newDecoder().decode(text).toString();
      return parse(json, dataStart, size - dataStart);
    } catch (CharacterCodingException e) {
      throw new DamagedFileException(file, "not a safetensors file: its header is not UTF-8 text");
    } catch (Unsupported e) {
      throw new DamagedFileException(
          file,
          PrintableText.printable(e.getMessage()),
          "save that array in another type, such as F32");
    } catch (Fault e) {
      throw new DamagedFileException(
          file, "not a whole safetensors file: " + PrintableText.printable(e.getMessage()));
    }
  }

  /** Fills the buffer from the channel and flips it. */
  static void fill(Path file, SeekableByteChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new DamagedFileException(file, "cut short while it was being read");
      }
    }
    buffer.flip();
  }

  /**
   * Reads a header.
   *
   * @param text the whole header, padding included
   * @param dataStart the first byte after it
   * @param dataLength bytes that follow it in the file
   */
  static SafetensorsHeader parse(String text, long dataStart, long dataLength) throws Fault {
    if (!text.startsWith("{")) {
      throw new Fault("its header does not start with '{'");
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    List<TensorInfo> tensors = new ArrayList<>();
    try (JsonParser json = JSON.createParser(text)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        require(json.nextToken() == JsonToken.START_OBJECT, name, "is not an object");
        if (name.equals(METADATA)) {
          readMetadata(json, metadata);
        } else {
          tensors.add(readTensor(json, name));
        }
      }
      int end = (int) json.currentLocation().getCharOffset();
      if (!text.substring(end).chars().allMatch(c -> c == ' ')) {
        throw new Fault("its header goes on after the last '}'");
      }
    } catch (JsonProcessingException e) {
      throw new Fault("its header is not the JSON of the format: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new Fault("its header cannot be read: " + e.getMessage());
    }
    tensors.sort(Comparator.comparingLong(TensorInfo::begin).thenComparingLong(TensorInfo::end));
    requireDense(tensors, dataLength);
    return new SafetensorsHeader(metadata, tensors, dataStart);
  }

  private static void require(boolean holds, String name, String fault) throws Fault {
    if (!holds) {
      throw new Fault("its entry '%s' %s".formatted(name, fault));
    }
  }

  private static void readMetadata(JsonParser json, Map<String, String> metadata)
      throws IOException, Fault {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      require(json.nextToken() == JsonToken.VALUE_STRING, METADATA, "holds more than text");
      metadata.put(key, json.getText());
    }
  }

  private static TensorInfo readTensor(JsonParser json, String name) throws IOException, Fault {
    DType dtype = null;
    long[] shape = null;
    long[] offsets = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      json.nextToken();
      switch (key) {
        case "dtype" -> dtype = dtype(json, name);
        case "shape" -> shape = sizes(json, name);
        case "data_offsets" -> offsets = sizes(json, name);
        default -> throw new Fault("its entry '%s' has an unknown key '%s'".formatted(name, key));
      }
    }
    require(dtype != null && shape != null && offsets != null, name, "is not complete");
    require(offsets.length == 2, name, "does not have two offsets");
    require(offsets[0] <= offsets[1], name, "ends before it begins");
    long bytes = dtype.bytes();
    try {
      for (long size : shape) {
        bytes = Math.multiplyExact(bytes, size);
      }
    } catch (ArithmeticException e) {
      throw new Fault("its entry '%s' has more numbers than can be".formatted(name));
    }
    require(
        bytes == offsets[1] - offsets[0],
        name,
        "of shape %s takes %d bytes, but has %d"
            .formatted(Arrays.toString(shape), bytes, offsets[1] - offsets[0]));
    return new TensorInfo(name, dtype, shape, offsets[0], offsets[1]);
  }

  private static DType dtype(JsonParser json, String name) throws IOException, Fault {
    require(json.currentToken() == JsonToken.VALUE_STRING, name, "has a dtype that is not text");
    for (DType dtype : DType.values()) {
      if (dtype.name().equals(json.getText())) {
        return dtype;
      }
    }
    throw new Unsupported(
        "its entry '%s' has dtype '%s', which this version does not know"
            .formatted(name, json.getText()));
  }

  private static long[] sizes(JsonParser json, String name) throws IOException, Fault {
    require(json.currentToken() == JsonToken.START_ARRAY, name, "has sizes that are not a list");
    long[] sizes = new long[MAX_RANK];
    int count = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      require(
          json.currentToken() == JsonToken.VALUE_NUMBER_INT, name, "has a size that is no integer");
      require(count < MAX_RANK, name, "has more than " + MAX_RANK + " dimensions");
      sizes[count] = json.getLongValue();
      require(sizes[count] >= 0, name, "has a negative size");
      count++;
    }
    return Arrays.copyOf(sizes, count);
  }

  private static void requireDense(List<TensorInfo> tensors, long dataLength) throws Fault {
    long end = 0;
    for (TensorInfo tensor : tensors) {
      if (tensor.begin() != end) {
        throw new Fault(
            "its entry '%s' begins at byte %d of the data, expected is %d: %s"
                .formatted(
                    tensor.name(),
                    tensor.begin(),
                    end,
                    tensor.begin() < end ? "entries overlap" : "there is a hole"));
      }
      end = tensor.end();
    }
    if (end != dataLength) {
      throw new Fault(
          "its header describes %d bytes of data, but %d follow".formatted(end, dataLength));
    }
  }
}
