package toymodels.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toymodels.backend.cuda.internal.driver.LocalNvcc;

/** PTX is kept beside its sources, so that a machine without nvcc builds, trains and tests. */
class KeptPtxTest {
  private static final Path KERNELS = Path.of("kernels");
  private static final Path PLANTED = Path.of("src/emulator/planted");
  private static final long MOST_BYTES = 600_000;

  @TempDir Path folder;

  private String build(Path kernels, Path out, String nvcc, Path sources)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder("bash", kernels.resolve("build.sh") + "", out + "", sources + "");
    if (nvcc != null) {
      builder.environment().put("NVCC", nvcc);
    }
    Process process = builder.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    return said;
  }

  private static List<Path> sources(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.toString().endsWith(".cu")).sorted().toList();
    }
  }

  private static String kept(Path source) throws IOException {
    String name = source.getFileName().toString().replace(".cu", ".ptx.gz");
    Path file = source.resolveSibling("ptx").resolve(name);
    try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  private Path copy() throws IOException {
    Path copy = Files.createDirectories(folder.resolve("kernels/ptx")).getParent();
    try (Stream<Path> files = Files.walk(KERNELS)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, copy.resolve(KERNELS.relativize(file).toString()));
      }
    }
    return copy;
  }

  @Test
  void every_kernel_is_there_without_nvcc_and_is_what_the_build_has() throws Exception {
    long bytes = 0;
    for (Path sources : List.of(KERNELS, PLANTED)) {
      Path out = folder.resolve(sources.getFileName());
      assertEquals("", build(KERNELS, out, "no-such-nvcc", sources));
      for (Path source : sources(sources)) {
        String name = source.getFileName().toString().replace(".cu", ".ptx");
        String text = Files.readString(out.resolve("compute_80").resolve(name));
        assertEquals(kept(source), text, name);
        if (sources.equals(KERNELS)) {
          Path built = Path.of("target/classes/kernels/compute_80").resolve(name);
          assertEquals(text, Files.readString(built), name);
        }
        assertFalse(text.contains("\"/"), "a path of the machine that made " + name);
        bytes += Files.size(source.resolveSibling("ptx").resolve(name + ".gz"));
      }
    }
    assertTrue(bytes < MOST_BYTES, bytes + " bytes");
  }

  @Test
  void a_changed_source_is_not_given_old_ptx() throws Exception {
    Path kernels = copy();
    for (String changed : List.of("adam.cuh", "project.cu")) {
      Path file = kernels.resolve(changed);
      Files.writeString(file, Files.readString(file) + "// changed\n");
    }
    Path out = folder.resolve("out");
    String said = build(kernels, out, "no-such-nvcc", kernels);
    assertTrue(said.contains("kernels: project.cu is not compiled, nvcc was not found"), said);
    assertTrue(said.contains("kernels: train_step_4_resident.cu is not compiled"), said);
    assertFalse(Files.exists(out.resolve("compute_80/train_step_4_resident.ptx")));
    // cuBLAS has the update in its own kernel, and draws by a header that was not changed.
    try (Stream<Path> files = Files.list(out.resolve("compute_80"))) {
      assertTrue(files.noneMatch(f -> f.toString().endsWith(".new")));
    }
  }

  /** With nvcc: what a changed source gives is kept, and the options and the compiler are named. */
  @Test
  void who_changes_a_kernel_keeps_its_ptx() throws Exception {
    LocalNvcc nvcc = LocalNvcc.find(System.getenv());
    assumeTrue(nvcc.executable().isPresent(), "there is no nvcc");
    Path kernels = copy();
    Path source = kernels.resolve("project.cu");
    Files.writeString(source, Files.readString(source) + "// changed\n");
    Path out = folder.resolve("out");
    assertEquals("kernels: compiling project.cu\n", build(kernels, out, null, kernels));
    String text = Files.readString(out.resolve("compute_80/project.ptx"));
    assertEquals(kept(source), text);
    assertTrue(text.matches("(?s).*\n// source [0-9a-f]{64}\n// compiler release .*\n"));
    assertEquals("", build(kernels, folder.resolve("again"), null, kernels));
  }

  /** The same compiler makes the same text of the same sources, wherever they lie. */
  @Test
  @Tag("slow")
  void what_is_kept_is_what_the_sources_give() throws Exception {
    LocalNvcc nvcc = LocalNvcc.find(System.getenv());
    assumeTrue(nvcc.executable().isPresent(), "there is no nvcc");
    Path kernels = copy();
    for (Path source : sources(kernels)) {
      Files.delete(Path.of(source.resolveSibling("ptx") + "/" + name(source) + ".ptx.gz"));
    }
    build(kernels, folder.resolve("out"), null, kernels);
    for (Path source : sources(KERNELS)) {
      String anew = kept(kernels.resolve(source.getFileName()));
      String before = kept(source);
      String compiler = before.substring(before.lastIndexOf("// compiler"));
      assumeTrue(anew.endsWith(compiler), "nvcc is not the one that made " + compiler);
      assertEquals(instructions(before), instructions(anew), source::toString);
    }
  }

  /** Without debug information, in whose names a number stands for the place of the sources. */
  private static String instructions(String text) {
    return text.substring(0, text.indexOf("\t.section\t"));
  }

  private static String name(Path source) {
    return source.getFileName().toString().replace(".cu", "");
  }
}
