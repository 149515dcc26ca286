package toymodels.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that would act on a terminal, and names that a locale cannot spell. */
class TerminalTest {
  /** Red text, a screen that is cleared, text that reads backwards, a line of its own. */
  private static final String HOSTILE = "a\u001b[31m\u009b2J\u202eb\u2066c\nerror[x]\rd\u0007'\\e";

  @TempDir private Path folder;

  private Path config(Path place) throws Exception {
    String text = "[model]\nkind = \"relu-output\"\nfeatures = 5\nhidden = 2\n";
    return Files.writeString(place, text + "[train]\nsteps = 4\nbatch = 8\n[eval]\nsamples = 64\n");
  }

  private static void assertPlain(Invocation answer, int lines) {
    String all = answer.out() + answer.err();
    assertFalse(
        all.codePoints()
            .anyMatch(
                c ->
                    c != '\n'
                        && (Character.getType(c) == Character.CONTROL
                            || Character.getType(c) == Character.FORMAT)),
        all);
    assertTrue(all.lines().noneMatch(l -> l.startsWith("error[x]")), all);
    if (lines > 0) {
      assertEquals(lines, all.lines().count(), all);
    }
  }

  @Test
  void names_of_files_do_not_act_on_the_terminal_on_success() throws Exception {
    Path place = Files.createDirectory(folder.resolve(HOSTILE));
    String run = place.resolve(HOSTILE).toString();
    Path config = config(place.resolve(HOSTILE + ".toml"));
    String picture = place.resolve("x.png").toString();
    List<String> exported = List.of("export", run, "--to", "csv", "-o", place + "/x.csv");
    for (List<String> words :
        List.of(
            List.of("train", config.toString(), "--out", run),
            List.of("train", "--resume", run),
            List.of("inspect", run),
            List.of("inspect", run, "--json"),
            List.of("inspect", run + "/final.safetensors"),
            List.of("verify", run),
            List.of("diff", run, run),
            exported,
            List.of("report", run),
            List.of("view", run, "--screenshot", picture, "--renderer", "cpu"))) {
      Invocation answer = Invocation.of(words.toArray(String[]::new));
      assertEquals(0, answer.code(), answer.err());
      assertPlain(answer, 0);
    }
    assertPlain(Invocation.of(exported.toArray(String[]::new)), 3);
  }

  @Test
  void names_of_files_do_not_act_on_the_terminal_in_errors() {
    String name = folder.resolve(HOSTILE).toString();
    for (String line :
        List.of(
            "train @",
            "train @ --out @",
            "train --resume @",
            "inspect @",
            "view @",
            "verify @",
            "report @",
            "diff @ @",
            "export @ --to csv",
            "config keys @",
            "bench @",
            "@",
            "reproduce @",
            "train x --set @",
            "view intro --screenshot @",
            "--@")) {
      String[] words = line.split(" ");
      for (int i = 0; i < words.length; i++) {
        words[i] = words[i].replace("@", name);
      }
      assertPlain(Invocation.of(words), 3);
    }
  }

  @Test
  void commands_to_repeat_are_one_line_that_a_shell_reads_back() throws Exception {
    for (String word : List.of(HOSTILE, "it's", "a b", "plain", "tab\tand\\", "\u200d")) {
      String quoted = RunPaths.quoted(word);
      assertEquals(1, quoted.lines().count());
      if (!Files.isExecutable(Path.of("/bin/bash"))) {
        continue;
      }
      ProcessBuilder builder =
          new ProcessBuilder("/bin/bash", "-c", "printf %s " + quoted).redirectErrorStream(true);
      builder.environment().put("LC_ALL", "C.UTF-8");
      Process process = builder.start();
      byte[] said = process.getInputStream().readAllBytes();
      assertEquals(word, new String(said, StandardCharsets.UTF_8));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"äöü", "日本語", "😀", "e\u0301"})
  void letters_of_all_languages_are_shown_as_they_are(String word) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Terminal terminal = Terminal.of(out, out, false);
    terminal.out().println(word);
    terminal.err().printf("%s%n", word);
    assertEquals(word + "\n" + word + "\n", out.toString(StandardCharsets.UTF_8));
  }

  /** Of a locale of ASCII, started without the launcher, which sets a better one. */
  @Test
  void a_name_that_the_locale_cannot_spell_is_answered_in_three_lines() throws Exception {
    if (!FileSystems.getDefault().supportedFileAttributeViews().contains("unix")) {
      return;
    }
    RealCommand ascii = RealCommand.with(Map.of("LC_ALL", "C"));
    for (String[] words :
        new String[][] {{"inspect", "größe"}, {"view", "größe"}, {"train", "größe.toml"}}) {
      Invocation answer = ascii.run(words);
      assertEquals(3, answer.err().lines().count(), answer.err());
      assertFalse(answer.err().contains("java."), answer.err());
      assertTrue(answer.code() == 2 || answer.code() == 8, answer.err());
    }
  }
}
