package toymodels.backend.cuda.internal.driver;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import toymodels.backend.cuda.GpuException;
import toymodels.natives.PrivateDirectory;
import toymodels.natives.Programs;

/**
 * The nvcc of this machine, which compiles the kernels again where the driver refuses the build's
 * PTX: an older toolkit writes an older PTX.
 *
 * @param executable nvcc itself, or empty if there is none
 * @param looked the places where it was looked for, and what was refused there
 * @param cache where what it made is kept for the next start, if anywhere
 */
public record LocalNvcc(Optional<Path> executable, String looked, Optional<PtxCache> cache) {
  private static final String SOURCES = "/kernels/";

  /** The options that decide bits are those of {@code kernels/build.sh}. */
  private static final List<String> OPTIONS =
      List.of("-ptx", "-arch=compute_80", "-std=c++17", "-O3", "--fmad=false");

  private static final Pattern INCLUDED = Pattern.compile("(?m)^#include \"(\\S+)\"");

  /**
   * Looks in {@code $CUDA_HOME}, on the {@code PATH}, and where the toolkit is installed to, as
   * {@link Programs} does.
   */
  public static LocalNvcc find(Map<String, String> environment) {
    List<Path> places = new ArrayList<>();
    Optional.ofNullable(environment.get("CUDA_HOME")).ifPresent(h -> places.add(Path.of(h, "bin")));
    places.addAll(Programs.folders(environment.getOrDefault("PATH", "")));
    places.add(Path.of("/usr/local/cuda/bin"));
    Programs.Search search = Programs.find("nvcc", places);
    return new LocalNvcc(search.program(), search.describe(), PtxCache.of(environment));
  }

  String describe() {
    return executable.map(Path::toString).orElse("no nvcc");
  }

  /**
   * PTX of one kernel source, for any GPU since Ampere.
   *
   * @param module the source's name without ending
   * @param refusal why the build's own PTX does not do, for messages
   * @throws GpuException.Unavailable if there is no nvcc, or it fails, with what it said
   */
  String compile(String module, GpuException refusal) {
    if (executable.isEmpty()) {
      throw failure(
          refusal,
          "there is no nvcc to compile it again in "
              + looked
              + ": update the NVIDIA driver, or install a CUDA toolkit of the driver's version");
    }
    try (PrivateDirectory directory = PrivateDirectory.open()) {
      StringBuilder sources = new StringBuilder();
      unpack(module + ".cu", directory.path(), new TreeSet<>(), sources);
      String name = name(module, sources.toString());
      Optional<String> kept = cache.flatMap(c -> c.find(name));
      if (kept.isPresent()) {
        return kept.get();
      }
      String ptx = compile(directory.path(), module, refusal);
      cache.ifPresent(c -> c.keep(name, ptx));
      return ptx;
    } catch (IOException e) {
      throw new UncheckedIOException("compiling kernels " + module, e);
    }
  }

  /** What the text depends on: sources, options, and the compiler. */
  private String name(String module, String sources) throws IOException {
    String compiler = PtxCache.sha256(Files.readAllBytes(executable.orElseThrow()));
    String all = String.join("\0", compiler, String.join("\0", OPTIONS), sources);
    return module + "-" + PtxCache.sha256(all.getBytes(StandardCharsets.UTF_8)) + ".ptx";
  }

  private String compile(Path folder, String module, GpuException refusal) throws IOException {
    Path ptx = folder.resolve(module + ".ptx");
    Path log = folder.resolve("log");
    ProcessBuilder nvcc =
        Programs.process(command(folder.resolve(module + ".cu"), ptx))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    // What it writes on its way goes to the private directory, too.
    nvcc.environment().put("TMPDIR", folder.toString());
    Process process = nvcc.start();
    process.getOutputStream().close();
    try {
      int exit = process.waitFor();
      if (exit != 0) {
        throw failure(
            refusal, "%s ended with %d: %s".formatted(describe(), exit, Files.readString(log)));
      }
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw failure(refusal, describe() + " was interrupted");
    }
    return Files.readString(ptx, StandardCharsets.US_ASCII);
  }

  private List<String> command(Path source, Path ptx) {
    List<String> command = new ArrayList<>(List.of(executable.orElseThrow().toString()));
    command.addAll(OPTIONS);
    command.addAll(List.of(source.toString(), "-o", ptx.toString()));
    return command;
  }

  private static GpuException.Unavailable failure(GpuException refusal, String why) {
    GpuException.Unavailable e =
        new GpuException.Unavailable(refusal.getMessage() + "; and " + why);
    e.addSuppressed(refusal);
    return e;
  }

  /** Copies a source and what it includes from the jar, and adds them to what was read. */
  private static void unpack(String name, Path folder, TreeSet<String> done, StringBuilder sources)
      throws IOException {
    if (!done.add(name)) {
      return;
    }
    try (InputStream in = LocalNvcc.class.getResourceAsStream(SOURCES + name)) {
      if (in == null) {
        throw new IOException("kernel source " + name + " is not in this build");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      Files.writeString(folder.resolve(name), text);
      sources.append(name).append('\0').append(text);
      Matcher included = INCLUDED.matcher(text);
      while (included.find()) {
        unpack(included.group(1), folder, done, sources);
      }
    }
  }
}
