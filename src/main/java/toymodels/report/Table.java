package toymodels.report;

import java.util.List;
import java.util.Optional;

/** Rows of text, such as polytopes with their columns and Gram matrices. */
public record Table(String title, String caption, List<String> header, List<List<String>> rows)
    implements Figure {
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
      row.forEach(cell -> out.append("<td>").append(Html.escape(cell)).append("</td>"));
      out.append("</tr>\n");
    }
    return out.append("</tbody></table></div>\n").toString();
  }

  @Override
  public Optional<String> svg() {
    return Optional.empty();
  }
}
