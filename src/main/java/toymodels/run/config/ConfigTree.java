package toymodels.run.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;
import toymodels.run.file.PrintableText;
import toymodels.run.file.Problem;

/** Reads TOML text into {@link Node}s, each with its line; bounded before the parser sees it. */
final class ConfigTree {
  /** The parser's own stack overflows at 2,000 nested arrays. */
  static final int MAX_NESTING = 16;

  static final int MAX_CHARACTERS = 1 << 20;
  static final int MAX_TOKENS = 1 << 16;
  private static final int MAX_PROBLEMS = 20;

  private final String name;

  private ConfigTree(String name) {
    this.name = name;
  }

  /**
   * Reads a whole file.
   *
   * @param text the file's text
   * @param name what to call it in errors
   * @throws ConfigException if it is not TOML
   */
  static Map<String, Node> parse(String text, String name) {
    requireBounded(text, name);
    TomlParseResult result;
    try {
      // Some editors begin a file with a mark of its byte order.
      result = Toml.parse(text.startsWith("\ufeff") ? text.substring(1) : text);
    } catch (OutOfMemoryError | StackOverflowError e) {
      throw tooMuch(
          "reading the config takes more memory than there is",
          name,
          "give Java a larger heap, or write less: grids instead of lists");
    } catch (RuntimeException | AssertionError e) {
      // tomlj itself trips over some invalid escapes, such as "\\u" before no hexadecimal digits.
      throw new ConfigException(
          List.of(
              new Problem(
                  "not valid TOML",
                  name,
                  "look for a backslash in quotes: write it twice, or use single quotes")));
    }
    if (result.hasErrors()) {
      throw new ConfigException(
          result.errors().stream().limit(MAX_PROBLEMS).map(e -> problem(e, name)).toList());
    }
    return new ConfigTree(name).table(result);
  }

  private static Problem problem(TomlParseError error, String name) {
    return new Problem(
        "not valid TOML: " + PrintableText.printable(String.valueOf(error.getMessage())),
        name + ":" + error.position().line(),
        "correct the line (strings need quotes: kind = \"relu-output\")");
  }

  /**
   * Fails if the parser would need long for the text: it takes about 10 microseconds a token, and a
   * character within quotes is a token, too.
   */
  static void requireBounded(String text, String name) {
    int tokens = 0;
    int depth = 0;
    int dots = 0;
    int line = 1;
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        line++;
        quote = 0;
        dots = 0;
        tokens++;
      } else if (quote != 0) {
        quote = c == quote ? 0 : quote;
        tokens++;
      } else {
        switch (c) {
          case '"', '\'' -> quote = c;
          case '[', '{' -> depth++;
          case ']', '}' -> depth--;
          case '.' -> dots++;
          case ',' -> dots = 0;
          default -> {
            continue; // Part of a longer token.
          }
        }
        tokens++;
      }
      if (depth > MAX_NESTING || dots > MAX_NESTING) {
        throw tooMuch(
            "brackets or dotted keys nested over %d deep".formatted(MAX_NESTING),
            name + ":" + line,
            "remove some: no key needs more than two (also in comments)");
      }
    }
    if (text.length() > MAX_CHARACTERS || tokens > MAX_TOKENS) {
      throw tooMuch(
          "a config of %d characters with %d values, allowed are %d with %d"
              .formatted(text.length(), tokens, MAX_CHARACTERS, MAX_TOKENS),
          name,
          "use grids such as { logspace = [1.0, 0.05], count = 10 }, or several studies");
    }
  }

  private static ConfigException tooMuch(String what, String where, String fix) {
    return new ConfigException(List.of(new Problem(what, where, fix)));
  }

  private Map<String, Node> table(TomlTable table) {
    Map<String, Node> nodes = new LinkedHashMap<>();
    for (String key : table.keySet()) {
      List<String> path = List.of(key);
      nodes.put(key, node(table.get(path), table.inputPositionOf(path)));
    }
    return nodes;
  }

  private List<Node> list(TomlArray array) {
    List<Node> nodes = new ArrayList<>(array.size());
    for (int i = 0; i < array.size(); i++) {
      nodes.add(node(array.get(i), array.inputPositionOf(i)));
    }
    return nodes;
  }

  private Node node(Object value, TomlPosition position) {
    String place = position == null ? name : name + ":" + position.line();
    if (value instanceof TomlTable table) {
      return new Node(table(table), place);
    }
    if (value instanceof TomlArray array) {
      return new Node(list(array), place);
    }
    return new Node(value, place);
  }
}
