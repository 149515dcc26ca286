package toymodels.backend.cuda.internal.cublas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import toymodels.backend.cuda.DriverEmulator;
import toymodels.backend.cuda.FastRun;
import toymodels.backend.cuda.internal.driver.NeededLibrary;

/** Which cuBLAS is found, and how JCublas, made for CUDA 12, is made to ask for another one. */
@ExtendWith(DriverEmulator.class)
class CublasLibraryTest {
  private static final String TWELVE = "libcublas.so.12";
  private static final String THIRTEEN = "libcublas.so.13";

  @TempDir Path root;

  private Path put(String directory, String... names) throws IOException {
    Path place = Files.createDirectories(root.resolve(directory));
    for (String name : names) {
      Files.createFile(place.resolve(name));
    }
    return place;
  }

  @Test
  void the_newest_that_the_driver_can_serve_is_taken() throws IOException {
    Path old = put("old", TWELVE);
    Path both = put("both", TWELVE, THIRTEEN);
    List<Path> places = List.of(root.resolve("none"), old, both);
    assertEquals(
        Optional.of(new CublasLibrary(both.resolve(THIRTEEN), 13)), CublasLibrary.find(places, 13));
    assertEquals(
        Optional.of(new CublasLibrary(old.resolve(TWELVE), 12)), CublasLibrary.find(places, 12));
    assertEquals(Optional.empty(), CublasLibrary.find(places, 11));
  }

  @Test
  void toolkits_pip_and_conda_are_looked_at() throws IOException {
    put("usr/local/cuda-13.0/lib64");
    put("home/.local/lib/python3.12/site-packages/nvidia/cu13/lib");
    put("venv/lib/python3.11/site-packages");
    Map<String, String> environment =
        Map.of(
            "LD_LIBRARY_PATH",
            "/first::/second",
            "CUDA_HOME",
            "/toolkit",
            "VIRTUAL_ENV",
            root + "/venv");
    List<Path> places = CublasLibrary.places(environment, root, root.resolve("home"));
    assertEquals(
        List.of(Path.of("/first"), Path.of("/second"), Path.of("/toolkit/lib64")),
        places.subList(0, 3));
    for (String expected :
        List.of(
            "usr/local/cuda-13.0/lib64",
            "usr/lib/x86_64-linux-gnu",
            "home/.local/lib/python3.12/site-packages/nvidia/cu13/lib",
            "venv/lib/python3.11/site-packages/nvidia/cublas/lib")) {
      assertTrue(places.contains(root.resolve(expected)), () -> expected + " not in " + places);
    }
  }

  private static byte[] jcublas() throws IOException {
    try (InputStream in =
        CublasLibraryTest.class.getResourceAsStream("/lib/libJCublas2-12.6.0-linux-x86_64.so")) {
      return in.readAllBytes();
    }
  }

  private static int count(byte[] image, String name) {
    String text = new String(image, StandardCharsets.ISO_8859_1);
    String whole = "\0" + name + "\0";
    return (text.length() - text.replace(whole, "").length()) / whole.length();
  }

  @Test
  void a_renamed_library_differs_in_name_and_version_alone() throws IOException {
    byte[] library = jcublas();
    byte[] renamed = NeededLibrary.renamed(library, TWELVE, THIRTEEN);
    assertEquals(library.length, renamed.length);
    assertEquals(0, count(renamed, TWELVE));
    assertEquals(count(library, TWELVE), count(renamed, THIRTEEN));
    int different = 0;
    for (int i = 0; i < library.length; i++) {
      different += library[i] == renamed[i] ? 0 : 1;
    }
    // The last digit of each name, and of the version's hash.
    assertEquals(count(library, TWELVE) + 1, different);
    assertTrue(Arrays.equals(library, NeededLibrary.renamed(renamed, THIRTEEN, TWELVE)));
  }

  @Test
  void what_cannot_be_renamed_is_refused() throws IOException {
    byte[] library = jcublas();
    assertThrows(
        IllegalArgumentException.class, () -> NeededLibrary.renamed(library, TWELVE, "libx.so"));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> NeededLibrary.renamed(library, "libother.so.12", "libother.so.13"));
    assertEquals("the library does not ask for libother.so.12", e.getMessage());
    e =
        assertThrows(
            IllegalArgumentException.class,
            () -> NeededLibrary.renamed(new byte[100], TWELVE, THIRTEEN));
    assertEquals("100 bytes are no 64-bit ELF library", e.getMessage());
  }

  /** What FastRun prints in a JVM of its own, with one directory to look for cuBLAS in. */
  private String inOwnJvm(Path directory) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--add-modules=jdk.incubator.vector",
            "-Dtoymodels.emulator=" + DriverEmulator.DIRECTORY.toAbsolutePath(),
            "-D" + CublasLibrary.DIRECTORY + "=" + directory,
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            FastRun.class.getName(),
            "16",
            "2"));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), text);
    return text;
  }

  /** The double of a version alone, as on a machine that has no other. */
  private Path only(String name) throws IOException {
    Path place = Files.createDirectories(root.resolve("only"));
    Files.copy(DriverEmulator.DIRECTORY.resolve(name), place.resolve(name));
    return place;
  }

  @Test
  @Tag("slow")
  void cublas_of_cuda_12_and_of_cuda_13_both_multiply() throws Exception {
    DriverEmulator.requireEmulator();
    String twelve = inOwnJvm(only(TWELVE));
    assertTrue(twelve.contains("{\"cublas\": \"cuBLAS 12.0.0 of "), twelve);
    assertTrue(twelve.contains("\"n\": 400"), twelve);
    Files.delete(root.resolve("only").resolve(TWELVE));
    String thirteen = inOwnJvm(only(THIRTEEN));
    assertTrue(thirteen.contains("{\"cublas\": \"cuBLAS 13.0.0 of "), thirteen);
    assertTrue(thirteen.contains("\"n\": 400"), thirteen);
  }

  @Test
  @Tag("slow")
  void a_machine_without_cublas_is_told_so() throws Exception {
    DriverEmulator.requireEmulator();
    String text = inOwnJvm(root);
    assertTrue(text.contains("no libcublas.so of CUDA 12 or 13 was found; install it"), text);
    Files.writeString(put("broken").resolve(TWELVE), "no library");
    text = inOwnJvm(root.resolve("broken"));
    assertTrue(text.contains("broken/libcublas.so.12 does not load: "), text);
  }
}
