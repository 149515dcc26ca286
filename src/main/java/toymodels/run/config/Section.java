package toymodels.run.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import toymodels.run.file.PrintableText;
import toymodels.run.file.Problem;
import toymodels.run.file.ShortestDecimal;

/**
 * One table of a config while it is read. Every getter checks type and range by {@link ConfigKey};
 * what is wrong joins the list of problems and reads as absent, so that all of it is found at once.
 */
final class Section {
  private final String name;
  private final String place;
  private final Map<String, Node> nodes;
  private final List<Problem> problems;

  Section(String name, String place, Map<String, Node> nodes, List<Problem> problems) {
    this.name = name;
    this.place = place;
    this.nodes = nodes;
    this.problems = problems;
    List<String> known = ConfigKey.of(name).stream().map(ConfigKey::name).toList();
    for (String key : nodes.keySet()) {
      if (!known.contains(key)) {
        problems.add(
            new Problem(
                "unknown key '%s'".formatted(PrintableText.printable(key)),
                where(key),
                Synonyms.fix(key)
                    .orElseGet(() -> Suggestion.fix(key, known, "toymodels config keys " + name))));
      }
    }
  }

  String name() {
    return name;
  }

  boolean has(String key) {
    return nodes.containsKey(key);
  }

  /** The place of a key, or of the section where it lacks. */
  String where(String key) {
    Node node = nodes.get(key);
    String table = name.equals("task") ? "[[task]]" : "[" + name + "]";
    return node == null
        ? "%s  %s".formatted(place, table)
        : "%s  %s %s = %s"
            .formatted(node.place(), table, PrintableText.printable(key), shown(node));
  }

  void problem(String what, String key, String fix) {
    problems.add(new Problem(what, where(key), fix));
  }

  private ConfigKey key(String key) {
    return ConfigKey.named(name, key);
  }

  private void wrong(ConfigKey key) {
    Node given = nodes.get(key.name());
    boolean nested =
        given.value() instanceof List<?> items
            && items.stream().anyMatch(i -> i instanceof Node n && n.value() instanceof List);
    if (key.name().equals("density") && nested) {
      problem(
          "density holds lists, but each number of [data] makes one task",
          key.name(),
          "for one density a feature write [[task]], and under it density = [...]");
      return;
    }
    problem(
        "%s = %s is not %s".formatted(key.name(), shown(nodes.get(key.name())), key.type().text()),
        key.name(),
        "allowed: " + key.allowed() + hint(key));
  }

  private static String hint(ConfigKey key) {
    return "   (toymodels config keys " + key.section() + ")";
  }

  /** Training computes in floats: what is no normal one there would silently be 0. */
  private static boolean vanishes(double value) {
    return value != 0 && Math.abs(value) < Float.MIN_NORMAL;
  }

  private boolean inRange(ConfigKey key, double value) {
    boolean vanishes = key.type() == ConfigKey.Type.NUMBER && vanishes(value);
    if (key.range().contains(value) && !vanishes) {
      return true;
    }
    problem(
        "%s = %s is out of range".formatted(key.name(), number(value)),
        key.name(),
        "allowed: " + key.range() + (vanishes ? ", at least 2^-126 if not 0" : "") + hint(key));
    return false;
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : ShortestDecimal.shortest(value);
  }

  /** Adds a problem if a key that has no default lacks. */
  void require(String key) {
    if (!has(key)) {
      problem(
          "the key '%s' is missing".formatted(key),
          key,
          "add %s = ...   allowed: %s".formatted(key, key(key).allowed()));
    }
  }

  long integer(String name, long standard) {
    Node node = nodes.get(name);
    if (node == null) {
      return standard;
    }
    ConfigKey key = key(name);
    if (!(node.value() instanceof Long value)) {
      wrong(key);
      return standard;
    }
    return inRange(key, value) ? value : standard;
  }

  double number(String name, double standard) {
    Node node = nodes.get(name);
    if (node == null) {
      return standard;
    }
    ConfigKey key = key(name);
    if (!isNumber(node)) {
      wrong(key);
      return standard;
    }
    return inRange(key, numberOf(node)) ? numberOf(node) : standard;
  }

  boolean flag(String name, boolean standard) {
    Node node = nodes.get(name);
    if (node == null) {
      return standard;
    }
    if (node.value() instanceof Boolean value) {
      return value;
    }
    wrong(key(name));
    return standard;
  }

  String word(String name, String standard) {
    Node node = nodes.get(name);
    if (node == null) {
      return standard;
    }
    ConfigKey key = key(name);
    if (!(node.value() instanceof String word)) {
      wrong(key);
      return standard;
    }
    if (!key.choices().contains(word)) {
      problem(
          "unknown %s '%s'".formatted(name, PrintableText.printable(word)),
          name,
          Suggestion.fix(word, key.choices(), "allowed: " + key.allowed()));
      return standard;
    }
    return word;
  }

  <E> E choice(String name, E[] values, Function<E, String> word, E standard) {
    String chosen = word(name, word.apply(standard));
    for (E value : values) {
      if (word.apply(value).equals(chosen)) {
        return value;
      }
    }
    throw new IllegalStateException("the choices of " + name + " are not its enum's");
  }

  /** One number or several, each in range; {@code standard} where it lacks or is wrong. */
  double[] numbers(String name, double... standard) {
    Node node = nodes.get(name);
    if (node == null) {
      return standard;
    }
    ConfigKey key = key(name);
    double[] values;
    if (isNumber(node)) {
      values = new double[] {numberOf(node)};
    } else if (node.value() instanceof Map<?, ?> grid) {
      values = Grid.of(grid, fault -> problem(fault, name, Grid.FIX));
    } else {
      values = list(node);
    }
    if (values == null || values.length == 0) {
      if (!(node.value() instanceof Map)) {
        wrong(key);
      }
      return standard;
    }
    for (double value : values) {
      if (!inRange(key, value)) {
        return standard;
      }
    }
    return values;
  }

  /** The numbers of a list; null if it is no list of numbers. */
  static double[] list(Node node) {
    if (!(node.value() instanceof List<?> items)) {
      return null;
    }
    double[] values = new double[items.size()];
    for (int i = 0; i < values.length; i++) {
      if (!(items.get(i) instanceof Node item && isNumber(item))) {
        return null;
      }
      values[i] = numberOf(item);
    }
    return values;
  }

  /** A list of lists of numbers, or one such list as its only row; empty where it lacks. */
  List<double[]> rows(String name) {
    Node node = nodes.get(name);
    if (node == null) {
      return List.of();
    }
    double[] single = list(node);
    if (single != null && single.length > 0) {
      return List.of(single);
    }
    List<double[]> rows = new ArrayList<>();
    if (node.value() instanceof List<?> items && !items.isEmpty()) {
      for (Object item : items) {
        rows.add(item instanceof Node inner ? list(inner) : null);
      }
    }
    if (rows.isEmpty() || rows.contains(null)) {
      wrong(key(name));
      return List.of();
    }
    return rows;
  }

  static boolean isNumber(Node node) {
    return node.value() instanceof Long || node.value() instanceof Double;
  }

  static double numberOf(Node node) {
    return ((Number) node.value()).doubleValue();
  }

  private static String shown(Node node) {
    Object value = node.value();
    if (value instanceof String text) {
      return '"' + PrintableText.printable(text) + '"';
    }
    if (value instanceof Map) {
      return "{ ... }";
    }
    if (value instanceof List<?> list) {
      return list.isEmpty() ? "[]" : "[ ... ]";
    }
    return PrintableText.printable(String.valueOf(value));
  }
}
