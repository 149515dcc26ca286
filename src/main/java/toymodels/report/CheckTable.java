package toymodels.report;

import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** The claims of a report beside what was measured: as text, as Markdown, as a page's table. */
public final class CheckTable {
  private static final List<String> HEADER = List.of("", "claim", "measured", "allowed", "source");

  private CheckTable() {}

  /** Lines for a terminal, one a claim: mark, claim, measured and allowed, in columns. */
  public static String text(List<Check> checks) {
    int widest = checks.stream().mapToInt(c -> c.claim().length()).max().orElse(0);
    int numbers = checks.stream().mapToInt(c -> NumberFormat.measured(c).length()).max().orElse(0);
    StringBuilder out = new StringBuilder();
    for (Check check : checks) {
      out.append(
          "%s  %s  %s  (allowed %s)%n"
              .formatted(
                  pad(word(check), "disputed".length()),
                  pad(oneLine(check.claim()), widest),
                  pad(NumberFormat.measured(check), numbers),
                  NumberFormat.allowed(check)));
    }
    return out.toString();
  }

  /** A Markdown table, one row a claim. */
  public static String markdown(List<Check> checks) {
    return markdownOfRuns(List.of(checks));
  }

  /**
   * A Markdown table of the same claims measured in several runs: one row a claim, with what each
   * run measured, in their order; one number where all print alike, and bold what fails in some.
   *
   * @throws IllegalArgumentException if the runs do not make the same claims
   */
  public static String markdownOfRuns(List<List<Check>> runs) {
    StringBuilder out = new StringBuilder("| holds | claim | measured | allowed | source |\n");
    out.append("|---|---|---|---|---|\n");
    for (int k = 0; k < runs.get(0).size(); k++) {
      int row = k;
      out.append(row(runs.stream().map(run -> run.get(row)).toList()));
    }
    return out.toString();
  }

  private static String row(List<Check> ofRuns) {
    Check first = ofRuns.get(0);
    if (ofRuns.stream().anyMatch(check -> !check.claim().equals(first.claim()))) {
      throw new IllegalArgumentException(
          "claims of several runs in one row: allowed is one claim, given are "
              + ofRuns.stream().map(Check::claim).distinct().toList());
    }
    Check worst = ofRuns.stream().max(Comparator.comparingInt(CheckTable::badness)).orElseThrow();
    List<String> numbers =
        ofRuns.stream()
            .map(
                check ->
                    check.fails() && ofRuns.size() > 1
                        ? bold(NumberFormat.measured(check))
                        : NumberFormat.measured(check))
            .toList();
    boolean alike = Set.copyOf(numbers).size() == 1;
    return "| %s | %s | %s | %s | %s |\n"
        .formatted(
            worst.holds() ? "yes" : worst.fails() ? bold("no") : "disputed",
            cell(worst.claim() + dispute(worst)),
            alike ? numbers.get(0) : String.join("; ", numbers),
            NumberFormat.allowed(first),
            cell(first.source()));
  }

  private static int badness(Check check) {
    return check.holds() ? 0 : check.fails() ? 2 : 1;
  }

  private static String bold(String text) {
    return "**" + text + "**";
  }

  /** How many of the claims hold, in words: "12 of 13 claims hold, 1 is disputed". */
  public static String summary(List<Check> checks) {
    return "%s of %s %s%s"
        .formatted(
            checks.stream().filter(Check::holds).count(),
            checks.size(),
            checks.size() == 1 ? "claim holds" : "claims hold",
            disputes(checks));
  }

  /** Such as ", 2 are disputed"; empty if none is. */
  public static String disputes(List<Check> checks) {
    long disputed = checks.stream().filter(c -> !c.holds() && !c.fails()).count();
    return disputed == 0
        ? ""
        : ", %d %s disputed".formatted(disputed, disputed == 1 ? "is" : "are");
  }

  /** The verdict as a word that stands out where it should: "holds", "disputed" or "FAILS". */
  private static String word(Check check) {
    return check.fails() ? "FAILS" : check.verdict();
  }

  /** What is said against a claim that is disputed and does not hold; else empty. */
  private static String dispute(Check check) {
    return check.holds() || check.fails() ? "" : " (" + check.dispute() + ")";
  }

  /**
   * A table for a page; whether a claim holds is shown by a word and a sign, never by colour alone.
   */
  static String html(List<Check> checks) {
    StringBuilder out =
        new StringBuilder("<div class=\"scroll\"><table class=\"checks\"><thead><tr>");
    for (String column : HEADER) {
      out.append(column.isEmpty() ? "<td></td>" : "<th scope=\"col\">" + column + "</th>");
    }
    out.append("</tr></thead><tbody>\n");
    for (Check check : checks) {
      String verdict = check.verdict();
      out.append(
          "<tr class=\"%s\"><td class=\"verdict\">%s %s</td><td>%s%s</td>"
              .formatted(
                  verdict,
                  check.holds() ? "✓" : check.fails() ? "✗" : "≠",
                  verdict,
                  Html.escape(check.claim()),
                  check.verdict().equals("disputed")
                      ? "<br><span class=\"source\">" + Html.escape(check.dispute()) + "</span>"
                      : ""));
      out.append(
          "<td class=\"number\">%s</td><td class=\"number\">%s</td><td class=\"source\">%s</td></tr>\n"
              .formatted(
                  NumberFormat.typeset(NumberFormat.measured(check)),
                  NumberFormat.typeset(NumberFormat.allowed(check)),
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
