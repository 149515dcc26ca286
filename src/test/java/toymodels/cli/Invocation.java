package toymodels.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;

/**
 * One command that was run in this process.
 *
 * @param code its exit code
 * @param out what it wrote to standard output
 * @param err what it wrote to standard error
 */
record Invocation(int code, String out, String err) {
  static Invocation of(String... arguments) {
    return of(false, arguments);
  }

  static Invocation of(boolean live, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code = Toymodels.run(Terminal.of(out, err, live), arguments);
    return new Invocation(code, out.toString(UTF_8), err.toString(UTF_8));
  }

  /** The command did what it was asked to, and named the next one. */
  Invocation succeeded() {
    assertEquals(0, code, err);
    assertNoControlCodes();
    return this;
  }

  /** The last line on standard error names the next useful command. */
  Invocation namesNext() {
    String[] lines = err.split("\n");
    assertTrue(lines[lines.length - 1].startsWith("next: toymodels "), err);
    return this;
  }

  /** The command ended with exactly three lines on standard error and this kind of error. */
  Invocation failed(ErrorKind kind) {
    List<String> lines = Arrays.asList(err.split("\n"));
    assertEquals(3, lines.size(), () -> "three lines expected\n" + err + out);
    assertTrue(lines.get(0).startsWith("error[" + kind.name().toLowerCase() + "]: "), err);
    assertTrue(lines.get(1).matches("  where: \\S.*"), err);
    assertTrue(lines.get(2).matches("  fix:   \\S.*"), err);
    assertEquals(kind.exitCode(), code, err);
    assertEquals("", out, "results of a command that failed");
    assertFalse(err.contains("\tat ") || err.contains("Exception"), err);
    assertNoControlCodes();
    return this;
  }

  private void assertNoControlCodes() {
    assertFalse((out + err).matches("(?s).*[\\x00-\\x09\\x0b-\\x1f\\x7f].*"), out + err);
  }
}
