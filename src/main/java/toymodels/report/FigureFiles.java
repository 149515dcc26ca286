package toymodels.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import toymodels.files.NewFile;

/** The figures of reports as SVG files in the paper's colours, for papers and slides. */
public final class FigureFiles {
  private static final int LONGEST = 60;

  private FigureFiles() {}

  /**
   * Writes one file a picture, named by its place and title, such as {@code
   * 01-features-in-the-plane.svg}. Of a title only letters, digits and hyphens reach the name. A
   * file of that name with other content is left, and the new one numbered.
   *
   * @param folder where to; made if it is not there
   * @return the files, in reading order; tables are no pictures
   * @throws IOException when a file cannot be written
   */
  public static List<Path> write(Path folder, List<Report> reports) throws IOException {
    Files.createDirectories(folder);
    List<Path> files = new ArrayList<>();
    int number = 0;
    for (Report report : reports) {
      for (Figure figure : report.figures()) {
        number++;
        Optional<String> svg = figure.svg();
        if (svg.isPresent()) {
          Path file = folder.resolve(name(number, figure.title()));
          files.add(NewFile.writeNumbered(file, svg.get().getBytes(StandardCharsets.UTF_8)));
        }
      }
    }
    return files;
  }

  private static String name(int number, String title) {
    String plain = title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    plain = plain.substring(0, Math.min(LONGEST, plain.length())).replaceAll("^-|-$", "");
    String place = number < 10 ? "0" + number : Integer.toString(number);
    return plain.isEmpty() ? place + ".svg" : place + "-" + plain + ".svg";
  }
}
