package toymodels.run.file;

import java.nio.file.Path;

/** Shows text from outside on one line of a terminal. */
public final class Names {
  private static final int LONGEST = 200;

  private Names() {}

  /** The path as it was given. */
  public static String shown(Path file) {
    return printable(file.toString());
  }

  /** At most 200 characters, control characters as \\uXXXX, so that no text acts on a terminal. */
  public static String printable(String text) {
    StringBuilder shown = new StringBuilder();
    int end = Math.min(text.length(), LONGEST);
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      boolean plain = c >= ' ' && c != 0x7f && !(c >= 0x80 && c < 0xa0) && !isFormat(c);
      shown.append(plain ? String.valueOf(c) : "\\u%04x".formatted((int) c));
    }
    return end < text.length() ? shown + "..." : shown.toString();
  }

  private static boolean isFormat(char c) {
    int type = Character.getType(c);
    return type == Character.FORMAT
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR
        || type == Character.SURROGATE;
  }
}
