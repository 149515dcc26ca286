package toymodels.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import toymodels.files.NewFile;

/**
 * One offline HTML file that shows what was run and what came out: figures, checked claims and the
 * command that makes it again. The page makes no request, and its content security policy allows no
 * script but its own, each by its SHA-256; text from outside is escaped wherever it stands.
 */
public final class HtmlReport {
  private static final String POLICY =
      "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src %s;"
          + " base-uri 'none'; form-action 'none'";
  private static final String ECHARTS =
      "/META-INF/resources/webjars/echarts/5.5.0/echarts.common.min.js";

  private HtmlReport() {}

  /**
   * Writes the page as a new file, all of it or nothing.
   *
   * @param file where to; under another number where the name is taken by something else
   * @param facts what was run
   * @param reports what came out, in reading order; several make a gallery with a table of contents
   * @return the file that holds the page
   * @throws IOException when the file cannot be written
   */
  public static Path writeNumbered(Path file, RunFacts facts, List<Report> reports)
      throws IOException {
    byte[] page = page(facts, reports).getBytes(StandardCharsets.UTF_8);
    return NewFile.writeNumbered(file, page);
  }

  /**
   * Writes the page as a new file.
   *
   * @throws java.nio.file.FileAlreadyExistsException if there is one of that name
   */
  public static void write(Path file, RunFacts facts, List<Report> reports) throws IOException {
    NewFile.write(file, page(facts, reports));
  }

  /** The page as text. */
  static String page(RunFacts facts, List<Report> reports) {
    List<String> scripts = scripts(reports);
    List<String> allowed = scripts.stream().map(HtmlReport::hash).toList();
    StringBuilder out = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n");
    out.append("<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"")
        .append(POLICY.formatted(String.join(" ", allowed)))
        .append("\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .append("<link rel=\"icon\" href=\"data:,\">\n<title>")
        .append(Html.escape(title(facts, reports)))
        .append("</title>\n<style>\n")
        .append(ReportTheme.css())
        .append(resource("/report/report.css"))
        .append("</style>\n</head>\n<body>\n");
    ReportBody.append(out, title(facts, reports), facts, reports);
    for (String script : scripts) {
      out.append("<script>").append(script).append("</script>\n");
    }
    return out.append("</body>\n</html>\n").toString();
  }

  private static String title(RunFacts facts, List<Report> reports) {
    return reports.size() == 1 ? reports.get(0).title() : "Toy models of superposition";
  }

  /** The scripts that the figures need, and no others: ECharts is two thirds of a megabyte. */
  private static List<String> scripts(List<Report> reports) {
    List<Figure> figures = reports.stream().flatMap(r -> r.figures().stream()).toList();
    List<String> scripts = new ArrayList<>(List.of(resource("/report/report.js")));
    if (figures.stream().anyMatch(XyChart.class::isInstance)) {
      scripts.add(resource(ECHARTS));
      scripts.add(resource("/report/charts.js"));
    }
    if (figures.stream().anyMatch(Polytopes.class::isInstance)) {
      scripts.add(resource("/report/painters.js"));
      scripts.add(resource("/report/polytopes.js"));
    }
    return scripts;
  }

  /** What a browser computes of an inline script: the hash of its text as UTF-8. */
  static String hash(String script) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static String resource(String name) {
    try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("making a report: " + name + " is not on the class path");
      }
      // A page's parser turns CR LF into LF before it hashes.
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
    } catch (IOException e) {
      throw new UncheckedIOException("making a report: reading " + name, e);
    }
  }
}
