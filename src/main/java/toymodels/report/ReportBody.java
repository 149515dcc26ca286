package toymodels.report;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** What a reader sees of a report, from its title to the credits, as HTML. */
final class ReportBody {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("d MMMM yyyy, HH:mm 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);
  private static final String CREDITS =
      """
      <p>Made by toymodels after <i>Toy Models of Superposition</i> (Elhage et al., 2022). The page \
      is complete in itself and asks nothing of any network.</p>
      <p>Charts by Apache ECharts 5.5.0, Copyright 2017-2024 The Apache Software Foundation, under \
      the Apache License 2.0; with ZRender, Copyright 2013-2024 Baidu Inc., under the BSD \
      3-Clause License.</p>
      """;

  private final StringBuilder out;
  private int figureNumber;

  private ReportBody(StringBuilder out) {
    this.out = out;
  }

  static void append(StringBuilder out, String title, RunFacts facts, List<Report> reports) {
    ReportBody body = new ReportBody(out);
    body.header(title, facts, reports);
    out.append("<main>\n");
    for (int i = 0; i < reports.size(); i++) {
      body.report(reports.get(i), i, reports.size() > 1);
    }
    body.made(facts);
    out.append("</main>\n<footer>").append(CREDITS).append("</footer>\n");
  }

  private void header(String title, RunFacts facts, List<Report> reports) {
    List<Check> checks = reports.stream().flatMap(r -> r.checks().stream()).toList();
    out.append("<header>\n<button id=\"theme\" type=\"button\">Dark theme</button>\n");
    out.append(
        "<p class=\"eyebrow\">toymodels · %s</p>\n<h1>%s</h1>\n"
            .formatted(Html.escape(facts.name()), Html.escape(title)));
    out.append("<div class=\"verdicts\">");
    if (!checks.isEmpty()) {
      boolean all = checks.stream().noneMatch(Check::fails);
      out.append(
          "<span class=\"%s\"><span class=\"verdict\">%s %s</span></span>"
              .formatted(all ? "holds" : "fails", all ? "✓" : "✗", CheckTable.summary(checks)));
    }
    out.append(
        "<span>seed <b>%s</b></span><span>backend <b>%s</b></span><span>%s</span></div>\n"
            .formatted(facts.seed(), Html.escape(facts.backend()), DATE.format(facts.date())));
    if (reports.size() > 1) {
      contents(reports);
    }
    out.append("</header>\n");
  }

  private void contents(List<Report> reports) {
    out.append("<nav aria-label=\"Contents\"><ol>\n");
    for (int i = 0; i < reports.size(); i++) {
      Report report = reports.get(i);
      out.append(
          "<li><a href=\"#r%s\">%s</a><span class=\"count\">%s</span></li>\n"
              .formatted(
                  i,
                  Html.escape(report.title()),
                  report.checks().isEmpty() ? "" : CheckTable.summary(report.checks())));
    }
    out.append("</ol></nav>\n");
  }

  private void report(Report report, int index, boolean several) {
    out.append("<section id=\"r%s\">\n".formatted(index));
    if (several) {
      out.append("<h2 class=\"text\">%s</h2>\n".formatted(Html.escape(report.title())));
    }
    out.append("<div class=\"text\">\n").append(Html.paragraphs(report.introduction()));
    out.append("</div>\n");
    report.figures().forEach(this::figure);
    if (!report.checks().isEmpty()) {
      out.append("<div class=\"wide\">\n<h3>Claims, and what was measured</h3>\n");
      out.append(CheckTable.html(report.checks())).append("</div>\n");
    }
    out.append("</section>\n");
  }

  private void figure(Figure figure) {
    figureNumber++;
    out.append(
        "<figure>\n<figcaption><h3>Figure %s. %s</h3>%s</figcaption>\n"
            .formatted(
                figureNumber, Html.escape(figure.title()), Html.paragraphs(figure.caption())));
    out.append(figure.html()).append("</figure>\n");
  }

  private void made(RunFacts facts) {
    out.append(
        "<section id=\"made\">\n<h2 class=\"text\">How this was made</h2>\n<div class=\"text\">");
    out.append(
        "<p>This command makes it again:</p>\n<pre>%s</pre>\n<dl class=\"facts\">\n"
            .formatted(Html.escape(facts.command())));
    fact("Date", DATE.format(facts.date()));
    fact("Seed", Long.toString(facts.seed()));
    fact("Backend", facts.backend());
    facts.versions().forEach(this::fact);
    out.append("</dl>\n");
    if (!facts.config().isBlank()) {
      out.append(
          "<details><summary>Configuration</summary><pre>%s</pre></details>\n"
              .formatted(Html.escape(facts.config().strip())));
    }
    out.append("</div></section>\n");
  }

  private void fact(String name, String value) {
    out.append("<dt>%s</dt><dd>%s</dd>\n".formatted(Html.escape(name), Html.escape(value)));
  }
}
