package toymodels.report;

import java.util.List;

/** The claims of a report beside what was measured: as text, as Markdown, as a page's table. */
public final class CheckTable {
  private static final List<String> HEADER = List.of("", "claim", "measured", "allowed", "source");

  private CheckTable() {}

  /** Lines for a terminal, one a claim: mark, claim, measured and allowed, in columns. */
  public static String text(List<Check> checks) {
    int widest = checks.stream().mapToInt(c -> c.claim().length()).max().orElse(0);
    int numbers = checks.stream().mapToInt(c -> Digits.measured(c).length()).max().orElse(0);
    StringBuilder out = new StringBuilder();
    for (Check check : checks) {
      out.append(
          "%s  %s  %s  (allowed %s)%n"
              .formatted(
                  check.holds() ? "holds" : "FAILS",
                  pad(oneLine(check.claim()), widest),
                  pad(Digits.measured(check), numbers),
                  Digits.allowed(check)));
    }
    return out.toString();
  }

  /** A Markdown table, one row a claim. */
  public static String markdown(List<Check> checks) {
    StringBuilder out = new StringBuilder("| holds | claim | measured | allowed | source |\n");
    out.append("|---|---|---|---|---|\n");
    for (Check check : checks) {
      out.append(
          "| %s | %s | %s | %s | %s |\n"
              .formatted(
                  check.holds() ? "yes" : "**no**",
                  cell(check.claim()),
                  Digits.measured(check),
                  Digits.allowed(check),
                  cell(check.source())));
    }
    return out.toString();
  }

  /** How many of the claims hold, in words: "12 of 12 claims hold". */
  public static String summary(List<Check> checks) {
    long holding = checks.stream().filter(Check::holds).count();
    return "%s of %s %s"
        .formatted(holding, checks.size(), checks.size() == 1 ? "claim holds" : "claims hold");
  }

  /**
   * A table for a page; whether a claim holds is told by a word and a sign, never by colour alone.
   */
  static String html(List<Check> checks) {
    StringBuilder out =
        new StringBuilder("<div class=\"scroll\"><table class=\"checks\"><thead><tr>");
    for (String column : HEADER) {
      out.append(column.isEmpty() ? "<td></td>" : "<th scope=\"col\">" + column + "</th>");
    }
    out.append("</tr></thead><tbody>\n");
    for (Check check : checks) {
      String verdict = check.holds() ? "holds" : "fails";
      out.append(
          "<tr class=\"%s\"><td class=\"verdict\">%s %s</td><td>%s</td>"
              .formatted(verdict, check.holds() ? "✓" : "✗", verdict, Html.escape(check.claim())));
      out.append(
          "<td class=\"number\">%s</td><td class=\"number\">%s</td><td class=\"source\">%s</td></tr>\n"
              .formatted(
                  Digits.typeset(Digits.measured(check)),
                  Digits.typeset(Digits.allowed(check)),
                  Html.escape(check.source())));
    }
    return out.append("</tbody></table></div>\n").toString();
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }

  private static String cell(String text) {
    return oneLine(text).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;");
  }
}
