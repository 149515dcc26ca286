package toymodels.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toymodels.backend.Backends;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.run.RunDirectory;
import toymodels.run.RunRequest;
import toymodels.run.RunTraining;
import toymodels.run.config.RunConfig;
import toymodels.train.Backend;
import toymodels.train.Progress;
import toymodels.train.StopSignal;
import toymodels.train.Study;
import toymodels.train.TrainingPlan;

class ViewCommandTest {
  @TempDir Path directory;
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int view(String... arguments) {
    err.reset();
    Terminal terminal = Terminal.of(new ByteArrayOutputStream(), err, false);
    String[] all = Stream.concat(Stream.of("view"), Stream.of(arguments)).toArray(String[]::new);
    int code = Toymodels.run(terminal, all);
    terminal.close();
    return code;
  }

  /** Three vectors in two dimensions as NumPy writes them. */
  private Path vectors() throws IOException {
    String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }";
    header += " ".repeat(128 - 10 - header.length() - 1) + "\n";
    ByteBuffer npy = ByteBuffer.allocate(128 + 24).order(ByteOrder.LITTLE_ENDIAN);
    npy.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) 118);
    npy.put(header.getBytes(StandardCharsets.US_ASCII));
    for (float w : new float[] {0, 1, 0.87f, -0.5f, -0.87f, -0.5f}) {
      npy.putFloat(w);
    }
    return Files.write(directory.resolve("triangle.npy"), npy.array());
  }

  @Test
  void a_picture_opens_again_with_its_camera_to_the_same_bytes() throws IOException {
    Path file = vectors();
    Path one = directory.resolve("one.png");
    Path two = directory.resolve("two.png");
    String[] common = {
      file.toString(), "--headless", "--renderer", "cpu", "--size", "320x240", "--faces",
    };
    assertEquals(0, view(with(common, "--screenshot", one.toString())), err.toString());
    assertEquals(
        0,
        view(with(common, "--screenshot", two.toString(), "--camera", one.toString())),
        err.toString());
    assertArrayEquals(Files.readAllBytes(one), Files.readAllBytes(two));
  }

  @Test
  void another_file_is_shown_beside_turned_onto_the_first() throws IOException {
    Path file = vectors();
    byte[] mirrored = Files.readAllBytes(file);
    for (int i = 0; i < 3; i++) { // The sign of every first coordinate.
      mirrored[128 + 8 * i + 3] ^= (byte) 0x80;
    }
    Path other = Files.write(directory.resolve("mirrored.npy"), mirrored);
    String[] common = {file.toString(), "--renderer", "cpu", "--size", "320x240", "-q"};
    List<byte[]> pictures = new ArrayList<>();
    for (Path beside : List.of(file, other)) {
      String out = directory.resolve("beside-" + pictures.size() + ".png").toString();
      String[] asked = with(common, "--beside", beside.toString(), "--screenshot", out);
      assertEquals(0, view(asked), err.toString());
      pictures.add(Files.readAllBytes(Path.of(out)));
    }
    assertArrayEquals(pictures.get(0), pictures.get(1), "a mirrored triangle is the same one");
    String alone = directory.resolve("alone.png").toString();
    assertEquals(0, view(with(common, "--screenshot", alone)), err.toString());
    assertFalse(Arrays.equals(pictures.get(0), Files.readAllBytes(Path.of(alone))), "no ghosts");
    String never = directory.resolve("never.png").toString();
    String[] wrong = {"intro", "--steps", "2", "--renderer", "cpu", "--screenshot", never, "-q"};
    assertEquals(2, view(with(wrong, "--beside", file.toString())), err.toString());
    assertTrue(err.toString().contains("--beside shows models of the same"), err.toString());
  }

  @Test
  void a_recording_is_a_gif() throws IOException {
    Path gif = directory.resolve("out.gif");
    assertEquals(
        0,
        view(
            vectors().toString(),
            "--headless",
            "--renderer",
            "cpu",
            "--size",
            "160x120",
            "--frames",
            "3",
            "--record",
            gif.toString()),
        err.toString());
    byte[] bytes = Files.readAllBytes(gif);
    assertEquals("GIF89a", new String(bytes, 0, 6, StandardCharsets.US_ASCII));
    assertEquals(0x3b, bytes[bytes.length - 1]);
  }

  @Test
  void a_run_shows_the_study_asked_for() throws IOException {
    Path run = directory.resolve("two");
    List<RunConfig> configs =
        IntStream.of(2, 3)
            .mapToObj(
                hidden ->
                    new Study(
                        new ModelShape(ModelKind.RELU_OUTPUT, 5, hidden),
                        ViewSources.intro(30).tasks(),
                        hidden,
                        TrainingPlan.notebook().withSteps(30).withBatch(8)))
            .map(RunConfig::of)
            .toList();
    try (RunDirectory created = RunDirectory.create(run, RunRequest.config("a test"), configs);
        Backend backend = Backends.open("cpu", 1)) {
      RunTraining.train(created, backend, 1, Progress.NONE, StopSignal.never());
    }
    String[] common = {run.toString(), "--renderer", "cpu", "--size", "320x240", "-q"};
    List<byte[]> pictures = new ArrayList<>();
    for (String study : List.of("1", "2")) {
      String file = directory.resolve("study-" + study + ".png").toString();
      assertEquals(0, view(with(common, "--study", study, "--screenshot", file)), err.toString());
      pictures.add(Files.readAllBytes(Path.of(file)));
    }
    assertFalse(Arrays.equals(pictures.get(0), pictures.get(1)), "both studies look the same");
    String never = directory.resolve("never.png").toString();
    assertEquals(2, view(with(common, "--study", "3", "--screenshot", never)), err.toString());
    assertTrue(err.toString().contains("it has 2"), err.toString());
  }

  @Test
  void what_was_watched_becomes_a_run_that_trains_again() throws IOException {
    Path run = directory.resolve("kept");
    String file = directory.resolve("kept.svg").toString();
    assertEquals(
        0,
        view("intro", "--steps", "40", "--out", run.toString(), "--screenshot", file, "-q"),
        err.toString());
    assertTrue(Files.readString(Path.of(file)).startsWith("<svg"));
    Terminal terminal = Terminal.of(new ByteArrayOutputStream(), err, false);
    assertEquals(
        0, Toymodels.run(terminal, "train", "--resume", run.toString(), "-q"), err.toString());
    assertTrue(Files.exists(run.resolve("final.safetensors")));
  }

  @Test
  void wrong_uses_are_told_and_change_nothing() throws IOException {
    Path file = vectors();
    Path text = Files.writeString(directory.resolve("no.json"), "{}");
    String out = directory.resolve("never.png").toString();
    List<String[]> uses =
        List.of(
            new String[] {"2", file.toString(), "--headless"},
            new String[] {"2", file.toString(), "--screenshot", out, "--size", "0x0"},
            new String[] {"2", file.toString(), "--screenshot", out, "--model", "1"},
            new String[] {"2", file.toString(), "--screenshot", out, "--scale", "NaN"},
            new String[] {"4", file.toString(), "--screenshot", out, "--camera", text.toString()},
            new String[] {"4", text.toString(), "--screenshot", out});
    for (String[] use : uses) {
      int code = view(Stream.of(use).skip(1).toArray(String[]::new));
      assertEquals(Integer.parseInt(use[0]), code, String.join(" ", use) + ": " + err);
      assertTrue(err.toString().startsWith("error["), err.toString());
      assertTrue(Files.notExists(Path.of(out)));
    }
  }

  static String[] with(String[] common, String... more) {
    return Stream.concat(Stream.of(common), Stream.of(more)).toArray(String[]::new);
  }
}
