package toymodels.cli;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.Writer;
import toymodels.run.file.PrintableText;

/**
 * Passes text on to a terminal with every character that would act on it written as {@code
 * \\uXXXX}: names and paths come from files and command lines that others may have made.
 */
final class PlainWriter extends FilterWriter {
  private final boolean returns;

  /**
   * @param returns whether a carriage return passes, as a line that is drawn again needs it
   */
  PlainWriter(Writer out, boolean returns) {
    super(out);
    this.returns = returns;
  }

  @Override
  public void write(int c) throws IOException {
    write(new char[] {(char) c}, 0, 1);
  }

  @Override
  public void write(char[] text, int from, int count) throws IOException {
    write(new String(text, from, count), 0, count);
  }

  @Override
  public void write(String text, int from, int count) throws IOException {
    String part = text.substring(from, from + count);
    StringBuilder plain = new StringBuilder(count);
    for (int i = 0; i < part.length(); ) {
      int c = part.codePointAt(i);
      int end = i + Character.charCount(c);
      boolean lineEnd = c == '\r' && (returns || end < count && part.charAt(end) == '\n');
      if (c == '\n' || c == '\t' || lineEnd) {
        plain.append((char) c);
      } else {
        plain.append(PrintableText.escaped(part.substring(i, end)));
      }
      i = end;
    }
    out.write(plain.toString());
  }
}
