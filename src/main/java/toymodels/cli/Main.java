package toymodels.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.util.Locale;

/** The command line, and the line that data follows through this project. */
public final class Main {
  private Main() {}

  /** Runs one command and ends the process with its exit code, see {@link ErrorKind}. */
  public static void main(String[] arguments) {
    Locale.setDefault(Locale.ROOT);
    Terminal terminal =
        Terminal.of(
            new FileOutputStream(FileDescriptor.out),
            new FileOutputStream(FileDescriptor.err),
            Boolean.getBoolean("toymodels.live"));
    int code = Toymodels.run(terminal, arguments);
    terminal.close();
    System.exit(code);
  }
}
