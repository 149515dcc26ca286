package toymodels.backend.cuda.internal.driver;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import toymodels.backend.cuda.GpuException;

/**
 * PTX text as the build's nvcc made it, relabelled for the driver that will read it.
 *
 * <p>nvcc 13 always writes {@code .version 9.0}, which an older driver refuses although nothing in
 * the text needs it; so the label is lowered to what the driver reads, never below what the target
 * architecture was introduced with.
 */
public final class Ptx {
  private static final Pattern VERSION = Pattern.compile("(?m)^\\.version (\\d+)\\.(\\d+)");
  private static final Pattern PARAMETER =
      Pattern.compile("\\.param\\b[^,\\[]*?\\.[bufs](\\d+)\\s[^,\\[]*(?:\\[(\\d+)])?");
  private static final Pattern TARGET = Pattern.compile("(?m)^\\.target sm_(\\d+)");

  /** A hint to the compiler, which PTX older than 8.3 does not know. */
  private static final Pattern USED_BYTES_MASK =
      Pattern.compile("(?m)^\\s*\\.pragma \"used_bytes_mask [^\"]*\";\\n");

  private static final int MASK_PRAGMA = 83;

  /** What any GPU since Ampere runs. */
  private static final int PORTABLE = 80;

  /** The newest PTX ISA that a driver reads, by its CUDA version (PTX ISA, release notes). */
  private static final TreeMap<Integer, Integer> ISA_OF_DRIVER =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry(11000, 70),
              Map.entry(11010, 71),
              Map.entry(11020, 72),
              Map.entry(11030, 73),
              Map.entry(11040, 74),
              Map.entry(11050, 75),
              Map.entry(11060, 76),
              Map.entry(11070, 77),
              Map.entry(11080, 78),
              Map.entry(12000, 80),
              Map.entry(12010, 81),
              Map.entry(12020, 82),
              Map.entry(12030, 83),
              Map.entry(12040, 84),
              Map.entry(12050, 85),
              Map.entry(12070, 86),
              Map.entry(12080, 87),
              Map.entry(12090, 88),
              Map.entry(13000, 90)));

  private Ptx() {}

  /**
   * The text of a module from kernels/, which any GPU since Ampere runs, for a device and its
   * driver.
   *
   * @param module its name without ending
   * @param computeCapability the device's, such as 90
   * @throws GpuException.Unavailable if the build could not make it, or device or driver are too
   *     old
   */
  public static String of(String module, int driverVersion, int computeCapability) {
    if (computeCapability < PORTABLE) {
      throw new GpuException.Unavailable(
          "kernel %s needs compute capability %.1f or higher, the GPU has %.1f"
              .formatted(module, PORTABLE / 10.0, computeCapability / 10.0));
    }
    try (InputStream in = Ptx.class.getResourceAsStream(path(module))) {
      if (in == null) {
        throw new GpuException.Unavailable(
            ("kernel %s is not in this build: its source was changed, and nvcc was not found."
                    + " Install the CUDA toolkit (nvcc on the PATH) and build again")
                .formatted(module));
      }
      return lowered(
          new String(in.readAllBytes(), StandardCharsets.US_ASCII), module, driverVersion);
    } catch (IOException e) {
      throw new UncheckedIOException("reading kernel " + module, e);
    }
  }

  private static String path(String module) {
    return "/kernels/compute_%d/%s.ptx".formatted(PORTABLE, module);
  }

  /** Whether the build had the kernel's PTX, or nvcc to make it. */
  public static boolean isBuilt(String module) {
    return Ptx.class.getResource(path(module)) != null;
  }

  /**
   * Bytes of each parameter of an entry, in order.
   *
   * @throws IllegalStateException if the text has no such entry
   */
  static List<Integer> parameterBytes(String text, String entry) {
    Matcher list =
        find(
            Pattern.compile("\\.entry\\s+" + Pattern.quote(entry) + "\\s*\\(([^)]*)\\)"),
            text,
            entry);
    List<Integer> bytes = new ArrayList<>();
    Matcher parameter = PARAMETER.matcher(list.group(1));
    while (parameter.find()) {
      int each = Integer.parseInt(parameter.group(1)) / Byte.SIZE;
      String count = parameter.group(2);
      bytes.add(count == null ? each : each * Integer.parseInt(count));
    }
    return bytes;
  }

  /** The same text, labelled with the newest ISA that both it and the driver know. */
  public static String lowered(String text, String module, int driverVersion) {
    Matcher version = find(VERSION, text, module);
    int written = 10 * Integer.parseInt(version.group(1)) + Integer.parseInt(version.group(2));
    int architecture = Integer.parseInt(find(TARGET, text, module).group(1));
    int floor = floor(architecture);
    int readable = newestIsa(driverVersion);
    if (readable < floor) {
      throw new GpuException.Unavailable(
          ("kernel %s is for sm_%d, PTX %.1f or newer; the driver speaks CUDA %s, which reads up to"
                  + " PTX %.1f: update the NVIDIA driver")
              .formatted(
                  module, architecture, floor / 10.0, cudaName(driverVersion), readable / 10.0));
    }
    int label = Math.min(written, readable);
    String lowered = version.replaceFirst(".version %d.%d".formatted(label / 10, label % 10));
    return label < MASK_PRAGMA ? USED_BYTES_MASK.matcher(lowered).replaceAll("") : lowered;
  }

  /** Such as 85 for PTX 8.5; 0 for a driver older than any here. */
  public static int newestIsa(int driverVersion) {
    Map.Entry<Integer, Integer> known = ISA_OF_DRIVER.floorEntry(driverVersion);
    return known == null ? 0 : known.getValue();
  }

  /** The ISA that introduced an architecture. */
  static int floor(int architecture) {
    return architecture >= 90 ? 78 : 70;
  }

  /** "12.6" of 12060. */
  public static String cudaName(int version) {
    return version / 1000 + "." + version % 1000 / 10;
  }

  private static Matcher find(Pattern pattern, String text, String module) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new IllegalStateException(
          "kernel %s has no line '%s': it is no PTX".formatted(module, pattern.pattern()));
    }
    return matcher;
  }
}
