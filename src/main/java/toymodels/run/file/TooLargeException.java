package toymodels.run.file;

import java.nio.file.Path;
import java.util.List;

/** What a file rightly holds does not fit this process's memory. */
public final class TooLargeException extends ProblemException {
  private static final long serialVersionUID = 1L;

  TooLargeException(Path file, String what, long bytes) {
    super(
        List.of(
            new Problem(
                "the heap is too small for %s: it takes %d bytes, and the heap holds %d"
                    .formatted(what, bytes, Runtime.getRuntime().maxMemory()),
                PrintableText.shown(file),
                "give Java a larger heap: JAVA_TOOL_OPTIONS=-Xmx<size>")),
        null);
  }
}
