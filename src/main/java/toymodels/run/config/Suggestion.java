package toymodels.run.config;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import toymodels.run.file.PrintableText;

/** Finds the word that was probably meant. */
public final class Suggestion {
  private Suggestion() {}

  /** "did you mean 'x'?" where one word is near, and where to look. */
  static String fix(String word, List<String> known, String look) {
    return nearest(word, known)
        .map(near -> "did you mean '%s'?   (%s)".formatted(near, look))
        .orElse(look.startsWith("allowed") ? look : "remove it, or see: " + look);
  }

  /** The known word with the fewest changed letters, if those are at most a third of it. */
  public static Optional<String> nearest(String word, List<String> known) {
    String lower = PrintableText.printable(word).toLowerCase(Locale.ROOT).replace('-', '_');
    return known.stream()
        .filter(
            k -> {
              String plain = k.replace('-', '_');
              return plain.length() > 2 && lower.length() > 2 && plain.startsWith(lower)
                  || distance(lower, plain) <= Math.max(1, Math.min(lower.length(), 12) / 3);
            })
        .min(Comparator.comparingInt(k -> distance(lower, k.replace('-', '_'))));
  }

  /** Letters to insert, delete, change or swap with their neighbour (Damerau 1964). */
  private static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(d[i - 1][j - 1] + change, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
