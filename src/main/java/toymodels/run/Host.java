package toymodels.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import toymodels.files.InputFile;
import toymodels.run.file.PrintableText;

/** The name of this machine, without asking any network. */
final class Host {
  private static final Path LINUX = Path.of("/proc/sys/kernel/hostname");

  private static final int LONGEST = 256;

  private Host() {}

  static String name() {
    if (Files.isReadable(LINUX)) {
      try {
        return PrintableText.printable(InputFile.systemText(LINUX, LONGEST).strip());
      } catch (IOException e) {
        return "a host of unreadable name";
      }
    }
    for (String variable : new String[] {"HOSTNAME", "COMPUTERNAME"}) {
      if (System.getenv(variable) != null) {
        return PrintableText.printable(System.getenv(variable));
      }
    }
    return "a host without a name";
  }
}
