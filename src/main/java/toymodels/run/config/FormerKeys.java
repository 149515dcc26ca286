package toymodels.run.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import toymodels.run.file.Problem;

/** Keys that had another name once: files and command lines may still use it. */
final class FormerKeys {
  /** Former to present names, by section. */
  private static final Map<String, Map<String, String>> NAMES =
      Map.of("train", Map.of("tiles", "micro_batches"));

  private FormerKeys() {}

  /** The present name of a key. */
  static String current(String section, String key) {
    return NAMES.getOrDefault(section, Map.of()).getOrDefault(key, key);
  }

  /**
   * A config's tree, every key by its present name.
   *
   * @throws ConfigException if a key is given by both of its names
   */
  static Map<String, Node> renamed(Map<String, Node> tree) {
    Map<String, Node> sections = new LinkedHashMap<>();
    tree.forEach(
        (section, node) ->
            sections.put(
                section,
                NAMES.containsKey(section) && node.value() instanceof Map<?, ?> keys
                    ? new Node(renamed(section, keys), node.place())
                    : node));
    return sections;
  }

  private static Map<String, Node> renamed(String section, Map<?, ?> keys) {
    Map<String, Node> renamed = new LinkedHashMap<>();
    keys.forEach(
        (key, node) -> {
          String former = (String) key;
          String current = current(section, former);
          if (!current.equals(former) && keys.containsKey(current)) {
            throw new ConfigException(
                List.of(
                    new Problem(
                        "'%s' is the former name of '%s', and both are given"
                            .formatted(former, current),
                        ((Node) node).place(),
                        "remove " + former)));
          }
          renamed.put(current, (Node) node);
        });
    return renamed;
  }
}
