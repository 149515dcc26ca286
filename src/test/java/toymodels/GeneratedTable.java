package toymodels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A part of a document that is written from measurements, between {@code <!-- name -->} and {@code
 * <!-- /name -->}. Tests hold it to them; with {@code -Dtables=write} they write it again.
 */
public final class GeneratedTable {
  private GeneratedTable() {}

  /** Holds the named part of a document to the expected text. */
  public static void hold(Path document, String name, String expected) throws IOException {
    String text = Files.readString(document);
    String opening = "<!-- " + name + " -->\n";
    int begin = text.indexOf(opening) + opening.length();
    int end = text.indexOf("<!-- /" + name + " -->");
    hold(document, text.substring(0, begin) + expected + text.substring(end));
  }

  /** Holds a whole document to the expected text. */
  public static void hold(Path document, String expected) throws IOException {
    if ("write".equals(System.getProperty("tables"))) {
      Files.writeString(document, expected);
    }
    assertEquals(
        expected, Files.readString(document), document + ": write it again with -Dtables=write");
  }
}
