package toymodels.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import toymodels.files.NewFile;
import toymodels.natives.Programs;
import toymodels.viewer.Image;

/** Frames that become an animation: a GIF by ourselves, an MP4 by ffmpeg if it is installed. */
final class AnimationWriter implements AutoCloseable {
  private static final int GIF_HUNDREDTHS = 6;
  private static final int FRAMES_A_SECOND = 25;

  private final Path file;
  private final List<String> encoder;
  private final List<Image> images = new ArrayList<>();
  private NewFile encoded;
  private Process process;

  private AnimationWriter(Path file, List<String> encoder) {
    this.file = file;
    this.encoder = encoder;
  }

  /**
   * Begins an animation.
   *
   * @param file its ending says what it becomes
   * @param path where programs are looked for
   */
  static AnimationWriter of(Path file, String path) {
    String name = file.toString();
    if (Outputs.suffix(file).equals("gif")) {
      return new AnimationWriter(file, List.of());
    }
    if (!Outputs.suffix(file).equals("mp4")) {
      throw new CommandError(
          ErrorKind.FILE, "an animation is a .gif or an .mp4", name, "--record out.gif");
    }
    Programs.Search search = Programs.find("ffmpeg", Programs.folders(path));
    Path ffmpeg =
        search
            .program()
            .orElseThrow(
                () ->
                    new CommandError(
                        ErrorKind.FILE,
                        "an .mp4 is made by ffmpeg, which is not on the PATH"
                            + (search.refused().isEmpty() ? "" : ": " + search.refused()),
                        name,
                        "install ffmpeg, or --record "
                            + RunPaths.quoted(name.replaceFirst("(?i)mp4$", "gif"))));
    return new AnimationWriter(file, List.of(ffmpeg.toString()));
  }

  void add(Image image) throws IOException {
    if (encoder.isEmpty()) {
      images.add(image);
      return;
    }
    if (process == null) {
      process = start(image);
    }
    process.getOutputStream().write(image.rgba());
  }

  private Process start(Image first) throws IOException {
    List<String> command = new ArrayList<>(encoder);
    command.addAll(List.of("-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgba"));
    command.addAll(List.of("-s", first.width() + "x" + first.height()));
    command.addAll(List.of("-r", Integer.toString(FRAMES_A_SECOND), "-i", "-", "-an"));
    // Half the colours a pixel, as every player takes them, needs even sizes.
    command.addAll(List.of("-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-pix_fmt", "yuv420p"));
    encoded = NewFile.begin(file);
    command.addAll(List.of("-f", "mp4", encoded.temporary().toString()));
    return Programs.process(command).redirectErrorStream(true).start();
  }

  /** Writes what was added. */
  void finish() throws IOException, InterruptedException {
    if (encoder.isEmpty()) {
      Outputs.write(file, out -> Image.writeGif(out, images, GIF_HUNDREDTHS));
      return;
    }
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes()).strip();
    if (process.waitFor() != 0) {
      throw new CommandError(
          ErrorKind.FILE,
          "ffmpeg could not make it: " + said,
          file.toString(),
          "--record " + RunPaths.quoted(file.toString().replaceFirst("(?i)mp4$", "gif")));
    }
    encoded.publish();
  }

  @Override
  public void close() throws IOException {
    if (process != null) {
      process.destroy();
    }
    if (encoded != null) {
      encoded.close();
    }
  }
}
