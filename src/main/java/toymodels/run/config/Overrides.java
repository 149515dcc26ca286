package toymodels.run.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import toymodels.run.file.PrintableText;
import toymodels.run.file.Problem;

/** Keys replaced from the command line: {@code section.key=value}, the value as in TOML. */
final class Overrides {
  private static final List<String> IMPORTANCES = List.of("uniform", "geometric", "values");
  private static final List<String> INITS = List.of("scheme", "std");

  private Overrides() {}

  /**
   * Puts every override into the tree.
   *
   * @throws ConfigException with every override that cannot be read
   */
  static void apply(Map<String, Node> tree, List<String> overrides) {
    List<Problem> problems = new ArrayList<>();
    for (String override : overrides) {
      int equals = override.indexOf('=');
      int dot = override.indexOf('.');
      String place = "--set " + PrintableText.printable(override);
      if (dot < 1 || equals < dot + 2) {
        problems.add(
            new Problem(
                "'%s' does not name a key".formatted(PrintableText.printable(override)),
                place,
                "write --set section.key=value, such as --set train.steps=500"));
        continue;
      }
      try {
        Node value = value(override.substring(equals + 1).strip(), place);
        String section = override.substring(0, dot).strip();
        String key = override.substring(dot + 1, equals).strip();
        put(tree, section, FormerKeys.current(section, key), value, place, problems);
      } catch (ConfigException e) {
        problems.addAll(e.problems());
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  /** The value as TOML reads it; a bare word, such as {@code linear}, is text. */
  private static Node value(String text, String place) {
    if (text.matches("[A-Za-z][A-Za-z0-9_-]*") && !text.matches("true|false|inf|nan")) {
      return new Node(text, place);
    }
    Map<String, Node> tree;
    try {
      tree = ConfigTree.parse("v = " + text, place);
    } catch (ConfigException e) {
      throw new ConfigException(
          List.of(
              new Problem(
                  "'%s' is no value: %s"
                      .formatted(PrintableText.printable(text), e.problems().get(0).what()),
                  place,
                  "write a number, a word, a list, or text in quotes that the shell leaves:"
                      + " --set 'train.schedule=\"linear\"'")));
    }
    if (tree.size() != 1) {
      throw new ConfigException(
          List.of(new Problem("the value goes on after its end", place, "give one value a --set")));
    }
    return moved(tree.get("v"), place);
  }

  private static Node moved(Node node, String place) {
    if (node.value() instanceof List<?> list) {
      List<Node> items = new ArrayList<>();
      list.forEach(item -> items.add(moved((Node) item, place)));
      return new Node(items, place);
    }
    if (node.value() instanceof Map<?, ?> map) {
      Map<String, Node> items = new LinkedHashMap<>();
      map.forEach((key, item) -> items.put((String) key, moved((Node) item, place)));
      return new Node(items, place);
    }
    return new Node(node.value(), place);
  }

  private static void put(
      Map<String, Node> tree,
      String section,
      String key,
      Node value,
      String place,
      List<Problem> problems) {
    if (section.equals("task")) {
      problems.add(
          new Problem(
              "--set cannot say which [[task]] it means", place, "change the config file instead"));
      return;
    }
    Map<String, Node> keys = new LinkedHashMap<>();
    Node before = tree.get(section);
    if (before != null && before.value() instanceof Map<?, ?> map) {
      map.forEach((k, v) -> keys.put((String) k, (Node) v));
    }
    // What the file says of the same thing in other words gives way.
    if (section.equals("importance") && IMPORTANCES.contains(key)) {
      keys.keySet().removeAll(IMPORTANCES);
    }
    if (section.equals("init") && INITS.contains(key)) {
      keys.keySet().removeAll(INITS);
    }
    keys.put(key, value);
    tree.put(section, new Node(keys, before == null ? place : before.place()));
  }
}
