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
import toymodels.run.file.Names;
import toymodels.run.file.Problem;

/** Reads TOML text into {@link Node}s, each with its line; bounded before the parser sees it. */
final class ConfigTree {
  /** The parser's own stack overflows at 2,000 nested arrays. */
  static final int MAX_NESTING = 16;

  static final int MAX_CHARACTERS = 1 << 20;
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
    TomlParseResult result = Toml.parse(text);
    if (result.hasErrors()) {
      throw new ConfigException(
          result.errors().stream().limit(MAX_PROBLEMS).map(e -> problem(e, name)).toList());
    }
    return new ConfigTree(name).table(result);
  }

  private static Problem problem(TomlParseError error, String name) {
    return new Problem(
        "not valid TOML: " + Names.printable(String.valueOf(error.getMessage())),
        name + ":" + error.position().line(),
        "correct the line (strings need quotes: kind = \"relu-output\")");
  }

  private static void requireBounded(String text, String name) {
    if (text.length() > MAX_CHARACTERS) {
      throw new ConfigException(
          List.of(
              new Problem(
                  "a config of %d characters, allowed are %d"
                      .formatted(text.length(), MAX_CHARACTERS),
                  name,
                  "use grids such as { logspace = [1.0, 0.05], count = 10 } instead of lists")));
    }
    int depth = 0;
    int dots = 0;
    int line = 1;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '[', '{' -> depth++;
        case ']', '}' -> depth--;
        case '.' -> dots++;
        case '\n' -> {
          line++;
          dots = 0;
        }
        case ',' -> dots = 0;
        default -> {
          // Anything else nests nothing.
        }
      }
      if (depth > MAX_NESTING || dots > MAX_NESTING) {
        throw new ConfigException(
            List.of(
                new Problem(
                    "brackets or dotted keys nested over %d deep".formatted(MAX_NESTING),
                    name + ":" + line,
                    "remove some: no key needs more than two (also in comments and strings)")));
      }
    }
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
