package toymodels.run.file;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the Python literals that headers of {@code .npy} files consist of: dictionaries, tuples,
 * lists, strings without escapes, {@code True}, {@code False} and integers. Nothing is evaluated.
 */
final class PythonLiteral {
  private static final int DEEPEST = 8;

  private final String text;
  private int at;

  private PythonLiteral(String text) {
    this.text = text;
  }

  /**
   * Reads one literal, with nothing but blanks around it.
   *
   * @return a Map, a List of a tuple, an array of a list, a String, Boolean or Long
   * @throws IllegalArgumentException if it is something else
   */
  static Object parse(String text) {
    PythonLiteral reader = new PythonLiteral(text);
    Object value = reader.value(0);
    reader.blanks();
    if (reader.at < text.length()) {
      throw reader.fault();
    }
    return value;
  }

  private IllegalArgumentException fault() {
    return new IllegalArgumentException("its header is not a literal at character " + at);
  }

  private void blanks() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private boolean take(char c) {
    blanks();
    boolean there = at < text.length() && text.charAt(at) == c;
    at += there ? 1 : 0;
    return there;
  }

  private Object value(int depth) {
    blanks();
    if (at == text.length() || depth > DEEPEST) {
      throw fault();
    }
    char c = text.charAt(at);
    if (take('{')) {
      return dictionary(depth);
    }
    if (take('(')) {
      return tuple(depth);
    }
    if (take('[')) {
      return items(']', depth).toArray();
    }
    if (c == '\'' || c == '"') {
      return string(c);
    }
    for (boolean value : new boolean[] {true, false}) {
      String word = value ? "True" : "False";
      if (text.startsWith(word, at)) {
        at += word.length();
        return value;
      }
    }
    return integer();
  }

  private Map<String, Object> dictionary(int depth) {
    Map<String, Object> entries = new LinkedHashMap<>();
    while (!take('}')) {
      blanks();
      char quote = at < text.length() ? text.charAt(at) : ' ';
      if (quote != '\'' && quote != '"') {
        throw fault();
      }
      String key = string(quote);
      if (!take(':') || entries.put(key, value(depth + 1)) != null) {
        throw fault();
      }
      if (!take(',')) {
        if (!take('}')) {
          throw fault();
        }
        return entries;
      }
    }
    return entries;
  }

  /** A tuple; one value in parentheses without a comma is that value. */
  private Object tuple(int depth) {
    List<Object> items = items(')', depth);
    int last = at - 2;
    while (last > 0 && text.charAt(last) <= ' ') {
      last--;
    }
    return items.size() == 1 && text.charAt(last) != ',' ? items.get(0) : items;
  }

  private List<Object> items(char end, int depth) {
    List<Object> items = new ArrayList<>();
    while (!take(end)) {
      items.add(value(depth + 1));
      if (!take(',')) {
        if (!take(end)) {
          throw fault();
        }
        return items;
      }
    }
    return items;
  }

  private String string(char quote) {
    int end = text.indexOf(quote, at + 1);
    String content = end < 0 ? "\\" : text.substring(at + 1, end);
    if (content.indexOf('\\') >= 0) {
      throw fault();
    }
    at = end + 1;
    return content;
  }

  private long integer() {
    int start = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    if (start == at || at - start > 18) {
      throw fault();
    }
    long value = Long.parseLong(text, start, at, 10);
    at += at < text.length() && text.charAt(at) == 'L' ? 1 : 0; // As Python 2 wrote it.
    return value;
  }
}
