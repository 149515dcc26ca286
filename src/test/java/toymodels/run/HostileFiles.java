package toymodels.run;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import toymodels.run.config.RunConfig;
import toymodels.run.file.Npy;
import toymodels.run.file.ProblemException;
import toymodels.run.file.Safetensors;

/** Loads files made to exhaust memory, stack or time, in a process whose heap is small. */
public final class HostileFiles {
  private static final long SECOND = 1_000_000_000;

  private HostileFiles() {}

  /** The folder to make them in. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    Path sparse = folder.resolve("sparse.safetensors");
    sparse(sparse, "{\"W\":{\"dtype\":\"F32\",\"shape\":[536870911],\"data_offsets\":[0,%d]}}");
    refused(
        "two gigabytes that are truly there",
        () -> {
          try (Safetensors file = Safetensors.open(sparse)) {
            file.floats(file.tensors().get(0));
          }
        });
    Path header = folder.resolve("header.safetensors");
    try (RandomAccessFile file = new RandomAccessFile(header.toFile(), "rw")) {
      file.write(little(100_000_000));
      file.setLength(200_000_000);
    }
    refused("a header of 100 MB", () -> Safetensors.open(header));
    Path names = folder.resolve("names.safetensors");
    StringBuilder many = new StringBuilder("{");
    for (int i = 0; many.length() < (4 << 20) - 100; i++) {
      many.append("\"%x\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},".formatted(i));
    }
    many.setCharAt(many.length() - 1, ' ');
    byte[] text = many.toString().getBytes(StandardCharsets.US_ASCII);
    ByteBuffer bytes = ByteBuffer.allocate(text.length + 8).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(names, bytes.putLong(text.length).put(text).array());
    refused("seventy thousand entries and no end", () -> Safetensors.open(names));
    Path npy = folder.resolve("huge.npy");
    String python = "{'descr': '<f4', 'fortran_order': False, 'shape': (2000000000,), }\n";
    Files.write(
        npy,
        ("\u0093NUMPY\1\0" + (char) python.length() + "\0" + python)
            .getBytes(StandardCharsets.ISO_8859_1));
    refused("eight gigabytes that are only claimed", () -> Npy.read(npy));
    Path config = folder.resolve("config.toml");
    Files.writeString(config, "a = [" + "1,".repeat(500_000) + "]");
    refused("a list of half a million", () -> RunConfig.parse(config, List.of()));
    Files.writeString(config, "a = [" + "1,".repeat(65_000) + "]");
    refused("a list as long as can be", () -> RunConfig.parse(config, List.of()));
    try (RandomAccessFile file = new RandomAccessFile(config.toFile(), "rw")) {
      file.setLength(1L << 32);
    }
    refused("a config of four gigabytes", () -> RunConfig.parse(config, List.of()));
    System.out.println("all refused");
  }

  private static byte[] little(long value) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
  }

  private static void sparse(Path path, String header) throws IOException {
    long data = 4L * 536_870_911;
    byte[] text = header.formatted(data).getBytes(StandardCharsets.US_ASCII);
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.write(little(text.length));
      file.write(text);
      file.setLength(8 + text.length + data);
    }
  }

  private static void refused(String what, Runnable loading) {
    long start = System.nanoTime();
    try {
      loading.run();
    } catch (ProblemException e) {
      long took = System.nanoTime() - start;
      System.out.printf("%s: %d ms%n", what, took * 1000 / SECOND);
      if (e.problems().isEmpty()) {
        throw new IllegalStateException(what + " has no problem", e);
      }
      return;
    }
    throw new IllegalStateException(what + " was loaded");
  }
}
