package toymodels.run.file;

import java.nio.file.Path;

/** Shows text from outside on one line of a terminal. */
public final class PrintableText {
  private static final int LONGEST = 200;

  private PrintableText() {}

  /** The path as it was given. */
  public static String shown(Path file) {
    return printable(file.toString());
  }

  /** At most 200 characters, {@link #escaped}. */
  public static String printable(String text) {
    if (text.length() <= LONGEST) {
      return escaped(text);
    }
    boolean split = Character.isHighSurrogate(text.charAt(LONGEST - 1));
    return escaped(text.substring(0, split ? LONGEST - 1 : LONGEST)) + "...";
  }

  /**
   * The text with control and format characters, line breaks and unpaired surrogates as \\uXXXX, so
   * that it stays on one line, reads in one direction and acts on no terminal.
   */
  public static String escaped(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      int end = i + Character.charCount(c);
      if (actsOnTerminal(c)) {
        for (; i < end; i++) {
          shown.append("\\u%04x".formatted((int) text.charAt(i)));
        }
      } else {
        shown.appendCodePoint(c);
      }
      i = end;
    }
    return shown.toString();
  }

  private static boolean actsOnTerminal(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      default -> false;
    };
  }
}
