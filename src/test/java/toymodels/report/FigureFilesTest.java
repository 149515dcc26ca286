package toymodels.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

class FigureFilesTest {
  @TempDir Path folder;

  @Test
  void every_picture_is_a_file_that_stands_alone() throws Exception {
    List<Path> files = FigureFiles.write(folder.resolve("figures"), List.of(SampleReport.report()));
    assertEquals(11, files.size());
    assertEquals("01-five-features-in-two-dimensions.svg", files.get(0).getFileName().toString());
    for (Path file : files) {
      String svg = Files.readString(file);
      DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new InputSource(new StringReader(svg)));
      assertFalse(svg.contains("var(--"), file + " asks for a page's colours");
      assertFalse(svg.contains("data-tip"), file + " carries what only a page reads");
    }
  }

  @Test
  void titles_that_are_code_or_paths_stay_inside_the_folder() throws Exception {
    for (String name : HostileReport.NAMES) {
      Path here = Files.createTempDirectory(folder, "hostile");
      for (Path file : FigureFiles.write(here, List.of(HostileReport.of("../../" + name)))) {
        assertEquals(here, file.getParent());
        assertTrue(file.getFileName().toString().matches("[a-z0-9-]+\\.svg"), file.toString());
        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
      }
    }
  }
}
