package toymodels.report;

import java.util.List;

/**
 * What an experiment shows: figures in the manner of the paper and its claims, checked.
 *
 * @param name the experiment's name on the command line
 * @param title a heading
 * @param introduction what is shown and why it matters, for a reader of the paper's abstract;
 *     paragraphs separated by blank lines, plain text
 * @param figures in reading order
 * @param checks every claim with its measured value
 */
public record Report(
    String name, String title, String introduction, List<Figure> figures, List<Check> checks) {
  public Report {
    figures = List.copyOf(figures);
    checks = List.copyOf(checks);
  }
}
