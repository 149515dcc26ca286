package toymodels.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Assumptions;

/** A library of another user that leaves a mark when it is loaded, under names that are known. */
final class PlantedLibrary {
  /** Environment variable: the file that it writes to. */
  static final String MARK = "TOYMODELS_PLANTED_MARK";

  private static final String SOURCE =
      """
      #include <stdio.h>
      #include <stdlib.h>
      __attribute__((constructor)) static void mark(void) {
        const char* file = getenv("TOYMODELS_PLANTED_MARK");
        FILE* mark = file ? fopen(file, "a") : 0;
        if (mark) { fputs("loaded\\n", mark); fclose(mark); }
      }
      """;

  /** LWJGL's libraries by their names on the class path, JCuda's and Dear ImGui's by theirs. */
  private static final List<String> LWJGL =
      List.of("liblwjgl.so", "stb/liblwjgl_stb.so", "opengl/liblwjgl_opengl.so", "glfw/libglfw.so");

  private static final List<String> JCUDA =
      List.of(
          "libJCudaDriver-12.6.0-linux-x86_64.so",
          "libJCudaRuntime-12.6.0-linux-x86_64.so",
          "libJCublas2-12.6.0-linux-x86_64.so");

  private static final String IMGUI = "libimgui-java64.so";
  private static final String VERSION = "3.4.3+4/x64/";

  private PlantedLibrary() {}

  /** Skips where there is no C compiler. */
  static byte[] build(Path folder) throws IOException, InterruptedException {
    Path source = Files.writeString(folder.resolve("mark.c"), SOURCE);
    Path library = folder.resolve("mark.so");
    Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/gcc")), "there is no g++ or gcc");
    Process gcc =
        new ProcessBuilder(
                "/usr/bin/gcc", "-shared", "-fPIC", "-o", library.toString(), source.toString())
            .inheritIO()
            .start();
    Assumptions.assumeTrue(gcc.waitFor() == 0, "gcc does not make a library");
    return Files.readAllBytes(library);
  }

  /** Plants it wherever LWJGL, JCuda and imgui-java would look. */
  static void plant(byte[] library, Path temporary, Path current, Path home) throws IOException {
    String user = System.getProperty("user.name");
    for (String name : LWJGL) {
      byte[] same = sameCrc(library, real("/linux/x64/org/lwjgl/" + name));
      String file = name.substring(name.indexOf('/') + 1);
      for (Path place :
          List.of(
              temporary.resolve("lwjgl_" + user).resolve(VERSION),
              current.resolve(".lwjgl").resolve(VERSION),
              home.resolve(".lwjgl").resolve(VERSION),
              current)) {
        write(place.resolve(file), same);
      }
    }
    for (String name : JCUDA) {
      write(temporary.resolve(name), library);
      write(current.resolve(name), library);
    }
    write(temporary.resolve("imgui-java-natives/1.88.0").resolve(IMGUI), library);
    write(current.resolve(IMGUI), library);
  }

  private static byte[] real(String resource) throws IOException {
    try (var in = PlantedLibrary.class.getResourceAsStream(resource)) {
      return in.readAllBytes();
    }
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }

  /** The same bytes and four more, so that its CRC-32 is that of the other. */
  static byte[] sameCrc(byte[] bytes, byte[] other) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    int before = ~(int) crc.getValue();
    crc.reset();
    crc.update(other);
    int state = ~(int) crc.getValue();
    int[] table = new int[256];
    for (int i = 0; i < 256; i++) {
      int value = i;
      for (int bit = 0; bit < 8; bit++) {
        value = (value & 1) != 0 ? value >>> 1 ^ 0xedb88320 : value >>> 1;
      }
      table[i] = value;
    }
    // Backwards: which entries of the table lead to the state, then which bytes choose them.
    List<Integer> entries = new ArrayList<>();
    for (int step = 0; step < 4; step++) {
      int entry = 0;
      while (table[entry] >>> 24 != state >>> 24) {
        entry++;
      }
      entries.add(0, entry);
      state = (state ^ table[entry]) << 8 | entry;
    }
    byte[] forged = Arrays.copyOf(bytes, bytes.length + 4);
    for (int i = 0; i < 4; i++) {
      forged[bytes.length + i] = (byte) (before ^ entries.get(i));
      before = before >>> 8 ^ table[entries.get(i)];
    }
    return forged;
  }
}
