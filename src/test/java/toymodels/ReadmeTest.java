package toymodels;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows is what happens. */
class ReadmeTest {
  private static final int LINES = 250;

  private static String readme() throws IOException {
    return Files.readString(Path.of("README.md"));
  }

  @Test
  void is_short() throws IOException {
    long lines = readme().lines().count();
    assertTrue(lines <= LINES, () -> lines + " lines");
  }

  @Test
  void names_only_files_that_exist() throws IOException {
    Matcher link =
        Pattern.compile("\\]\\((?!http)([^)#]+)\\)|!\\[[^]]*\\]\\(([^)]+)\\)").matcher(readme());
    while (link.find()) {
      String file = link.group(1) == null ? link.group(2) : link.group(1);
      assertTrue(Files.exists(Path.of(file)), file);
    }
    Matcher class_ =
        Pattern.compile("^\\d\\. `([a-z/]+/[A-Z]\\w+)`", Pattern.MULTILINE).matcher(readme());
    int found = 0;
    while (class_.find()) {
      assertTrue(
          Files.exists(Path.of("src/main/java/toymodels", class_.group(1) + ".java")),
          class_.group());
      found++;
    }
    assertTrue(found >= 5, "start reading here names " + found + " classes");
  }

  @Test
  void its_example_compiles_and_runs(@TempDir Path classes) throws Exception {
    String source = readme().split("```java\n")[1].split("```")[0];
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    SimpleJavaFileObject file =
        new SimpleJavaFileObject(
            URI.create("string:///Pentagon.java"), SimpleJavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    List<String> options =
        List.of("-d", classes.toString(), "-cp", System.getProperty("java.class.path"));
    assertTrue(compiler.getTask(null, null, null, options, null, List.of(file)).call(), source);
    PrintStream before = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {classes.toUri().toURL()})) {
      System.setOut(new PrintStream(printed, true, UTF_8));
      var main = loader.loadClass("Pentagon").getDeclaredMethod("main", String[].class);
      main.setAccessible(true);
      main.invoke(null, (Object) new String[0]);
    } finally {
      System.setOut(before);
    }
    double dimensionsPerFeature = Double.parseDouble(printed.toString(UTF_8).strip());
    assertEquals(0.4, dimensionsPerFeature, 0.1);
  }
}
