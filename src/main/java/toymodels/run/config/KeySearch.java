package toymodels.run.config;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Finds keys by what a user writes of them. */
public final class KeySearch {
  private KeySearch() {}

  /**
   * The keys that a word names: those of a section, one key by its path or its name alone, or those
   * whose path begins with it; all of them for an empty word, none where it fits nothing.
   */
  public static List<ConfigKey> matching(String word) {
    String asked = word.replaceAll("[\\[\\]]", "").replaceAll("\\.$", "");
    return Stream.<Predicate<ConfigKey>>of(
            k -> asked.isEmpty() || k.section().equals(asked),
            k -> k.path().equals(asked) || k.name().equals(asked),
            k -> k.path().startsWith(asked) || k.name().startsWith(asked))
        .map(wanted -> ConfigKey.all().stream().filter(wanted).toList())
        .filter(found -> !found.isEmpty())
        .findFirst()
        .orElse(List.of());
  }

  /** The section, the key, or the key with its section, that was probably meant. */
  public static Optional<String> nearest(String word) {
    List<String> words =
        Stream.of(
                ConfigKey.sections().stream(),
                ConfigKey.all().stream().map(ConfigKey::path),
                ConfigKey.all().stream().map(ConfigKey::name))
            .flatMap(some -> some)
            .toList();
    return Suggestion.nearest(word, words);
  }
}
