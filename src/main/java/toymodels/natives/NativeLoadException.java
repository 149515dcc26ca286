package toymodels.natives;

import java.util.List;
import java.util.Locale;

/** A native library that could not be loaded: why, and what to do. */
public final class NativeLoadException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What stood in the way. */
  public enum Reason {
    /** No folder takes a private directory whose files may be executed. */
    NO_PLACE,
    /** The library is not for this processor or this system. */
    WRONG_ARCHITECTURE,
    /** Another library that it needs is not installed. */
    MISSING_LIBRARY,
    /** A library that it needs is installed in a version that lacks something. */
    MISSING_SYMBOL,
    /** The file is not what was built. */
    CHANGED,
    /** Anything else that the system's loader says. */
    OTHER
  }

  private final Reason reason;
  private final String fix;

  NativeLoadException(Reason reason, String what, String fix, Throwable cause) {
    super(what, cause);
    this.reason = reason;
    this.fix = fix;
  }

  /** No place was usable. */
  static NativeLoadException noPlace(List<String> reasons) {
    return new NativeLoadException(
        Reason.NO_PLACE,
        "no folder for private files whose programs may run: " + String.join("; ", reasons),
        "set TMPDIR, or JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=DIR, to a folder of yours that is not"
            + " mounted noexec, or name a folder of unpacked libraries with -D"
            + Natives.INSTALLED
            + "=DIR",
        null);
  }

  /** What the system's loader said of a library, in words. */
  static NativeLoadException of(String library, Throwable error) {
    String said = String.valueOf(error.getMessage());
    Reason reason = reason(said);
    String words =
        switch (reason) {
          case NO_PLACE -> "may not be executed where it was unpacked";
          case WRONG_ARCHITECTURE -> "is not for this processor";
          case MISSING_LIBRARY -> "needs " + missing(said) + ", which is not installed";
          case MISSING_SYMBOL -> "needs a newer version of a library of this system";
          case CHANGED, OTHER -> "does not load";
        };
    String fix =
        switch (reason) {
          case NO_PLACE -> "set JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=DIR to a folder without noexec";
          case WRONG_ARCHITECTURE -> "use the Java and the libraries of this processor";
          case MISSING_LIBRARY -> "install the package that has " + missing(said);
          case MISSING_SYMBOL -> "update the system's libraries or drivers";
          case CHANGED, OTHER -> "look at what the system's loader says";
        };
    return new NativeLoadException(
        reason, "the native library %s %s (%s)".formatted(library, words, said), fix, error);
  }

  /** By the words of glibc's and of Java's loader, which have no codes. */
  static Reason reason(String said) {
    String text = said.toLowerCase(Locale.ROOT);
    if (text.contains("failed to map segment") || text.contains("permission denied")) {
      return Reason.NO_PLACE;
    }
    if (text.contains("elf class") || text.contains("can't load") || text.contains("elf header")) {
      return Reason.WRONG_ARCHITECTURE;
    }
    if (text.contains("undefined symbol") || text.contains("version `")) {
      return Reason.MISSING_SYMBOL;
    }
    return text.contains("cannot open shared object file") ? Reason.MISSING_LIBRARY : Reason.OTHER;
  }

  /** The library that was looked for: "/a/libx.so: liby.so.1: cannot open shared object file". */
  private static String missing(String said) {
    String before = said.substring(0, said.indexOf(": cannot open shared object file"));
    return before.substring(before.lastIndexOf(": ") + 1).strip();
  }

  public Reason reason() {
    return reason;
  }

  /** What to do about it. */
  public String fix() {
    return fix;
  }

  /** Whether a library of this name was looked for and not found. */
  public boolean misses(String library) {
    return reason == Reason.MISSING_LIBRARY && getMessage().contains("needs " + library);
  }

  /** The reason in an error that a class's initialisation has wrapped, or null. */
  public static NativeLoadException in(Throwable error) {
    Throwable e = error;
    for (int depth = 0; e != null && depth < 10; depth++, e = e.getCause()) {
      if (e instanceof NativeLoadException found) {
        return found;
      }
    }
    return null;
  }

  /** What went wrong, in words: the reason in an error, or else what the error says. */
  public static String words(Throwable error) {
    NativeLoadException reason = in(error);
    if (reason != null) {
      return reason.getMessage();
    }
    return error.getMessage() != null ? error.getMessage() : error.toString();
  }
}
