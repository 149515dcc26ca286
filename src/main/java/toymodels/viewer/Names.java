package toymodels.viewer;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What the polytopes of a model are called. */
final class Names {
  private Names() {}

  /** Such as "pentagon" or "2 digons + 1 triangle"; empty if no feature is represented. */
  static String of(Scene scene, int model) {
    return "";
  }

  /** The names over all models, the most frequent first, such as "9 pentagon, 1 2 digons". */
  static String histogram(Map<String, Integer> counts) {
    return new TreeMap<>(counts)
        .entrySet().stream()
            .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
            .map(e -> e.getValue() + " × " + e.getKey())
            .collect(Collectors.joining("   "));
  }
}
