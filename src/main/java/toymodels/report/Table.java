package toymodels.report;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Rows of text, such as polytopes with their columns and Gram matrices. */
public record Table(String title, String caption, List<String> header, List<List<String>> rows)
    implements Figure {
  private static final Pattern MINUS = Pattern.compile("(?<![\\w-])-(?=\\d)");

  public Table {
    header = List.copyOf(header);
    rows = rows.stream().map(List::copyOf).toList();
    for (List<String> row : rows) {
      Shapes.require(title, "a row", row.size(), header.size());
    }
  }

  @Override
  public String html() {
    StringBuilder out = new StringBuilder("<div class=\"wide scroll\"><table><thead><tr>");
    header.forEach(
        name -> out.append("<th scope=\"col\">").append(Html.escape(name)).append("</th>"));
    out.append("</tr></thead><tbody>\n");
    for (List<String> row : rows) {
      out.append("<tr>");
      row.forEach(cell -> out.append("<td>").append(typeset(cell)).append("</td>"));
      out.append("</tr>\n");
    }
    return out.append("</tbody></table></div>\n").toString();
  }

  /** Escaped, lines kept, and a true minus sign before every number below zero. */
  private static String typeset(String cell) {
    return MINUS.matcher(Html.escape(cell)).replaceAll("−").replace("\n", "<br>");
  }

  @Override
  public Optional<String> svg() {
    return Optional.empty();
  }
}
