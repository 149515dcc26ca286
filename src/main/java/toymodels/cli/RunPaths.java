package toymodels.cli;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import picocli.CommandLine;
import toymodels.run.file.PrintableText;

/** Where runs go that name no place. */
final class RunPaths {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);
  private static final int LONGEST_NAME = 60;

  private RunPaths() {}

  /** A new place for a run: {@code runs/NAME-DATE}, numbered where that is taken. */
  static Path fresh(String name) {
    String plain = name.replaceAll("[^A-Za-z0-9._-]", "-").replaceAll("^[.-]+", "");
    String stem =
        (plain.length() > LONGEST_NAME ? plain.substring(0, LONGEST_NAME) : plain)
            + "-"
            + DATE.format(LocalDateTime.now());
    Path place = Path.of("runs", stem);
    for (int i = 2; Files.exists(place, LinkOption.NOFOLLOW_LINKS); i++) {
      place = Path.of("runs", stem + "-" + i);
    }
    return place;
  }

  /** What a config is called: its file's name without the ending. */
  static String name(String config) {
    return Path.of(config).getFileName().toString().replaceFirst("\\.toml$", "");
  }

  /** The command line as typed, to be run again; words with blanks are quoted. */
  static String typed(CommandLine line) {
    CommandLine root = line;
    while (root.getParent() != null) {
      root = root.getParent();
    }
    StringBuilder text = new StringBuilder(CommandName.PLAIN);
    for (String word : root.getParseResult().originalArgs()) {
      text.append(' ').append(quoted(word));
    }
    return text.toString();
  }

  /** A path or another word in a line of results, see {@link PrintableText#escaped}. */
  static String shown(Object word) {
    return PrintableText.escaped(word.toString());
  }

  /** A word as a shell takes it, on one line. */
  static String quoted(String word) {
    if (!PrintableText.escaped(word).equals(word)) {
      String plain = word.replace("\\", "\\\\").replace("'", "\\'");
      return "$'" + PrintableText.escaped(plain) + "'";
    }
    return word.matches("[A-Za-z0-9_./=:,+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
