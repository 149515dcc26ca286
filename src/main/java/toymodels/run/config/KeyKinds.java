package toymodels.run.config;

import static toymodels.run.config.ConfigKey.Type.BOOLEAN;
import static toymodels.run.config.ConfigKey.Type.CHOICE;
import static toymodels.run.config.ConfigKey.Type.LIST;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Makes keys of each kind of value, for the list of them all in {@link ConfigKey}. */
final class KeyKinds {
  private KeyKinds() {}

  static <E> ConfigKey choice(
      String section,
      String name,
      String standard,
      String meaning,
      E[] values,
      Function<E, String> word) {
    String[] words = Arrays.stream(values).map(word).toArray(String[]::new);
    return words(section, name, standard, meaning, words);
  }

  static ConfigKey words(
      String section, String name, String standard, String meaning, String... words) {
    return new ConfigKey(
        section, name, CHOICE, String.join(" | ", words), standard, meaning, null, List.of(words));
  }

  static ConfigKey number(
      String section,
      String name,
      ConfigKey.Type type,
      Range range,
      String standard,
      String meaning) {
    return new ConfigKey(
        section, name, type, range.toString(), standard, meaning, range, List.of());
  }

  static ConfigKey flag(String section, String name, String standard, String meaning) {
    return new ConfigKey(
        section, name, BOOLEAN, "true | false", standard, meaning, null, List.of());
  }

  static ConfigKey list(
      String section, String name, String allowed, String standard, String meaning) {
    return new ConfigKey(section, name, LIST, allowed, standard, meaning, null, List.of());
  }
}
