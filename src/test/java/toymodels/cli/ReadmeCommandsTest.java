package toymodels.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The commands in the README exist, and answer what it shows. */
class ReadmeCommandsTest {
  private static String readme() throws IOException {
    return Files.readString(Path.of("README.md"));
  }

  @Test
  void the_demo_draws_what_the_readme_shows() throws IOException {
    String shown = readme().split("\\$ ./toymodels demo\n")[1].split("```")[0];
    String[] around = shown.split("\\.\\.\\. a pentagon, [^\n]*\n");
    assertEquals(2, around.length, "the drawing itself is left out once");
    String drawn = Invocation.of("demo", "-q").succeeded().out();
    assertTrue(drawn.startsWith(around[0]), drawn);
    assertTrue(drawn.endsWith(around[1]), drawn);
  }

  @Test
  void every_command_that_is_named_exists() throws IOException {
    Matcher named = Pattern.compile("\\./toymodels ([a-z]+)").matcher(readme());
    CommandLine root = new CommandLine(new Toymodels(null));
    int found = 0;
    while (named.find()) {
      assertTrue(root.getSubcommands().containsKey(named.group(1)), named.group());
      found++;
    }
    assertTrue(found >= 5, found + " commands in the README");
  }
}
