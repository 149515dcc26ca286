package toymodels.run.config;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Words of other programs and papers for what a key of this one says. */
final class Synonyms {
  private static final String RATE = "write learning_rate under [train]";
  private static final String DENSITY =
      "write density under [data]: density = 1 - sparsity, so that 0.95 sparse is density = 0.05";
  private static final Map<String, String> FIXES =
      Map.ofEntries(
          Map.entry("lr", RATE),
          Map.entry("rate", RATE),
          Map.entry("sparsity", DENSITY),
          Map.entry("sparsities", DENSITY),
          Map.entry("feature_probability", "write density under [data]: the same number"),
          Map.entry("n_features", "write features under [model]"),
          Map.entry("num_features", "write features under [model]"),
          Map.entry("n_hidden", "write hidden under [model]"),
          Map.entry("d_hidden", "write hidden under [model]"),
          Map.entry("hidden_dim", "write hidden under [model]"),
          Map.entry("n_instances", "write replicas under [train]: models of each task"),
          Map.entry("instances", "write replicas under [train]: models of each task"),
          Map.entry("batch_size", "write batch under [train]"),
          Map.entry("epochs", "write steps under [train]: there are no epochs, samples are fresh"),
          Map.entry("n_steps", "write steps under [train]"),
          Map.entry("decay", "write weight_decay under [train], or geometric under [importance]"),
          Map.entry("activation", "write kind under [model]   (toymodels config keys model.kind)"),
          Map.entry("loss", "write [importance]: the loss is squared, weighed by importance"));

  private Synonyms() {}

  /** What to write instead of a word that is no key here, if it is known elsewhere. */
  static Optional<String> fix(String word) {
    return Optional.ofNullable(FIXES.get(word.toLowerCase(Locale.ROOT).replace('-', '_')));
  }
}
