package toymodels.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;
import toymodels.backend.cuda.GpuException;
import toymodels.natives.NativeLoadException;
import toymodels.run.config.ConfigException;
import toymodels.run.config.Suggestion;
import toymodels.run.file.DamagedFileException;
import toymodels.run.file.ProblemException;
import toymodels.run.file.StorageException;
import toymodels.run.file.TooLargeException;

/** Turns whatever ends a command early into three lines on standard error and an exit code. */
final class ErrorPrinter implements IParameterExceptionHandler, IExecutionExceptionHandler {
  private static final int MEGABYTE = 1 << 20;

  /** Causes of causes that are looked at. */
  private static final int DEEPEST = 10;

  private final PrintWriter err;

  ErrorPrinter(Terminal terminal) {
    this.err = terminal.err();
  }

  @Override
  public int handleParseException(ParameterException e, String[] arguments) {
    return print(e);
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine line, ParseResult result) {
    boolean fast = line.getParseResult().hasMatchedOption("--fast");
    return print(e instanceof GpuException gpu ? gpuError(gpu, fast) : e);
  }

  /** Prints what is wrong, three lines a problem, and gives the exit code. */
  int print(Throwable cause) {
    List<CommandError> errors = errors(cause);
    errors.forEach(error -> err.println(error.threeLines()));
    ErrorKind kind = errors.get(0).kind();
    if (kind == ErrorKind.INTERNAL && System.getenv("TOYMODELS_TRACE") != null) {
      cause.printStackTrace(err);
    }
    err.flush();
    return kind.exitCode();
  }

  private static List<CommandError> errors(Throwable e) {
    if (e instanceof CommandError known) {
      return List.of(known);
    }
    if (e instanceof ParameterException usage) {
      return List.of(usageError(usage));
    }
    if (e instanceof ProblemException wrong) {
      ErrorKind kind = kind(wrong);
      return wrong.problems().stream().map(problem -> CommandError.of(kind, problem)).toList();
    }
    if (e instanceof InvalidPathException path) {
      return List.of(pathError(path));
    }
    if (e instanceof UncheckedIOException unchecked) {
      return errors(unchecked.getCause());
    }
    // It may come from another thread, wrapped.
    Throwable memory = e;
    for (int depth = 0; memory.getCause() != null && depth < DEEPEST; depth++) {
      memory = memory instanceof OutOfMemoryError ? memory : memory.getCause();
    }
    if (memory instanceof OutOfMemoryError) {
      return List.of(memoryError(memory));
    }
    if (NativeLoadException.in(e) != null) {
      return List.of(nativeError(NativeLoadException.in(e)));
    }
    if (e instanceof LinkageError linkage) {
      return List.of(linkageError(linkage));
    }
    if (e instanceof IOException io) {
      return errors(StorageException.problem("reading or writing", place(io), io));
    }
    return List.of(e instanceof GpuException gpu ? gpuError(gpu, false) : internalError(e));
  }

  private static CommandError gpuError(GpuException e, boolean fast) {
    ErrorKind kind =
        e instanceof GpuException.Unavailable
            ? ErrorKind.GPU
            : e instanceof GpuException.OutOfMemory ? ErrorKind.MEMORY : ErrorKind.INTERNAL;
    String bits = fast ? "the bits that strict training gives" : "same bits";
    return new CommandError(
        kind, e.getMessage(), "--backend cuda", "train with --backend cpu: " + bits);
  }

  private static ErrorKind kind(ProblemException e) {
    if (e instanceof ConfigException) {
      return ErrorKind.CONFIG;
    }
    if (e instanceof DamagedFileException) {
      return ErrorKind.FILE;
    }
    return e instanceof TooLargeException ? ErrorKind.MEMORY : ErrorKind.STORAGE;
  }

  private static Path place(IOException e) {
    return e instanceof FileSystemException f && f.getFile() != null
        ? Path.of(f.getFile())
        : Path.of("").toAbsolutePath();
  }

  private static CommandError usageError(ParameterException e) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    if (!(e instanceof UnmatchedArgumentException unmatched)) {
      String what = Character.toLowerCase(e.getMessage().charAt(0)) + e.getMessage().substring(1);
      return new CommandError(ErrorKind.USAGE, what, command, "see " + command + " --help");
    }
    String word = unmatched.getUnmatched().get(0);
    CommandLine line = e.getCommandLine();
    boolean option = word.startsWith("-");
    boolean commandExpected = !line.getSubcommands().isEmpty();
    String sort = option ? "option" : commandExpected ? "command" : "argument";
    Collection<String> known =
        option ? line.getCommandSpec().optionsMap().keySet() : line.getSubcommands().keySet();
    String fix =
        Suggestion.nearest(word, List.copyOf(known))
            .map(near -> "did you mean '%s'?   (%s --help)".formatted(near, command))
            .orElse("leave it out, or see what there is: " + command + " --help");
    return new CommandError(ErrorKind.USAGE, "unknown %s '%s'".formatted(sort, word), command, fix);
  }

  private static CommandError pathError(InvalidPathException e) {
    return new CommandError(
        ErrorKind.USAGE,
        "'%s' cannot be the name of a file here".formatted(e.getInput()),
        "the locale's character set, " + System.getProperty("sun.jnu.encoding"),
        "set a locale that has its characters, such as LC_ALL=C.UTF-8, or give another name");
  }

  private static CommandError memoryError(Throwable e) {
    boolean thread = String.valueOf(e.getMessage()).contains("native thread");
    return new CommandError(
        ErrorKind.MEMORY,
        "out of memory: " + e.getMessage(),
        "a heap of %d MiB".formatted(Runtime.getRuntime().maxMemory() / MEGABYTE),
        thread
            ? "allow this user more threads: ulimit -u, or the limits of the container"
            : "train fewer models at a time, or give Java a larger heap:"
                + " JAVA_TOOL_OPTIONS=-Xmx<size>");
  }

  /** What stands in the way of a native library is this machine's: its folders, or its drivers. */
  private static CommandError nativeError(NativeLoadException e) {
    ErrorKind kind =
        e.reason() == NativeLoadException.Reason.NO_PLACE ? ErrorKind.STORAGE : ErrorKind.GPU;
    return new CommandError(kind, e.getMessage(), "native libraries", e.fix());
  }

  /** A class or a library that should be there and is not. */
  private static CommandError linkageError(LinkageError e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return new CommandError(
        e instanceof UnsatisfiedLinkError ? ErrorKind.GPU : ErrorKind.INTERNAL,
        "%s: %s".formatted(cause.getClass().getSimpleName(), cause.getMessage()),
        "the libraries beside toymodels.jar",
        "build toymodels again, with the Java that runs it");
  }

  private static CommandError internalError(Throwable e) {
    StackTraceElement[] stack = e.getStackTrace();
    return new CommandError(
        ErrorKind.INTERNAL,
        e.getClass().getSimpleName() + ": " + e.getMessage(),
        stack.length == 0 ? "toymodels" : stack[0].toString(),
        "this is a fault of toymodels: please report it, with what TOYMODELS_TRACE=1 adds");
  }
}
