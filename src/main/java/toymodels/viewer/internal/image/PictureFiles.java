package toymodels.viewer.internal.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import toymodels.files.NewFile;
import toymodels.viewer.Camera;
import toymodels.viewer.Image;

/** Where the window's pictures and recordings go. */
public final class PictureFiles {
  /** Most frames of a recording: they are kept in memory. */
  private static final int MOST_RECORDED = 600;

  private final Path directory;
  private final Consumer<String> log;
  private List<Image> recording;

  public PictureFiles(Path directory, Consumer<String> log) {
    this.directory = directory;
    this.log = log;
  }

  /** Writes one picture that can be opened again; returns what to tell. */
  public String save(Image image, Camera camera) {
    return write("png", out -> out.write(Png.encode(image, camera.toJson())));
  }

  /** Begins a recording, or ends it; returns what to tell. */
  public String record() {
    if (recording == null) {
      recording = new ArrayList<>();
      return "recording, V ends it";
    }
    List<Image> done = recording;
    recording = null;
    return done.isEmpty() ? "nothing was recorded" : write("gif", out -> Gif.write(out, done, 4));
  }

  public boolean recording() {
    return recording != null && recording.size() < MOST_RECORDED;
  }

  public void add(Image image) {
    recording.add(image);
  }

  private Path fresh(String ending) {
    for (int i = 1; ; i++) {
      Path file = directory.resolve("toymodels-%d.%s".formatted(i, ending));
      if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        return file;
      }
    }
  }

  private String write(String ending, NewFile.Content content) {
    Path file = fresh(ending);
    try {
      NewFile.write(file, content);
      log.accept("saved " + file);
      return "saved " + file.getFileName();
    } catch (IOException | UncheckedIOException e) {
      log.accept("not saved: " + e);
      return "not saved: " + e.getMessage();
    }
  }
}
