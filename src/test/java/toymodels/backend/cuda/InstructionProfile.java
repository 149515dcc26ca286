package toymodels.backend.cuda;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import toymodels.backend.cuda.DriverEmulator.Knob;

/** How often the emulator issued each instruction of the PTX that it has loaded. */
record InstructionProfile(List<Line> lines) {
  /**
   * One instruction: of which kernel, what it occupies, where it stands, how often it was issued.
   */
  record Line(
      String kernel,
      String kind,
      String mnemonic,
      int ptxLine,
      String source,
      int sourceLine,
      long issued,
      long lanes) {
    /** Where the source is that it was made of, such as {@code warp_model.cuh:120}. */
    String place() {
      return source + ":" + sourceLine;
    }
  }

  /** Counts begin anew. */
  static void begin() {
    DriverEmulator.set(Knob.COUNT_INSTRUCTIONS, 0);
  }

  /** What was issued since {@link #begin}, the same kernel of several texts each by itself. */
  static InstructionProfile taken() {
    int bytes = (int) DriverEmulator.ask(Knob.COUNT_INSTRUCTIONS, 1);
    ByteBuffer text = ByteBuffer.allocate(bytes + Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < bytes; at += Long.BYTES) {
      text.putLong(DriverEmulator.ask(Knob.HEAR, at));
    }
    List<Line> lines = new ArrayList<>();
    for (String line : new String(text.array(), 0, bytes, StandardCharsets.US_ASCII).split("\n")) {
      String[] cells = line.split("\t");
      lines.add(
          new Line(
              cells[0],
              cells[1],
              cells[2],
              Integer.parseInt(cells[3]),
              cells[4],
              Integer.parseInt(cells[5]),
              Long.parseLong(cells[6]),
              Long.parseLong(cells[7])));
    }
    return new InstructionProfile(lines);
  }

  /** Warp instructions by what they occupy, in the emulator's order. */
  Map<String, Long> issuedByKind() {
    Map<String, Long> sums = new LinkedHashMap<>();
    for (Line line : lines) {
      sums.merge(line.kind(), line.issued(), Long::sum);
    }
    return sums;
  }

  /** The lines of each kernel. */
  Map<String, List<Line>> byKernel() {
    Map<String, List<Line>> kernels = new LinkedHashMap<>();
    for (Line line : lines) {
      kernels.computeIfAbsent(line.kernel(), k -> new ArrayList<>()).add(line);
    }
    return kernels;
  }
}
