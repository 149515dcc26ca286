package toymodels.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;
import toymodels.backend.cuda.GpuException;

/** Turns whatever ends a command early into three lines on standard error and an exit code. */
final class Errors implements IParameterExceptionHandler, IExecutionExceptionHandler {
  private final PrintWriter err;

  Errors(Terminal terminal) {
    this.err = terminal.err();
  }

  @Override
  public int handleParseException(ParameterException e, String[] arguments) {
    return print(e, usageError(e));
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine line, ParseResult result) {
    return e instanceof ParameterException p ? print(p, usageError(p)) : print(e, error(e));
  }

  /** Prints an error that no command expected. */
  int print(Throwable cause) {
    return print(cause, error(cause));
  }

  private int print(Throwable cause, CommandError error) {
    err.println(error.threeLines());
    if (error.kind() == ErrorKind.INTERNAL && System.getenv("TOYMODELS_TRACE") != null) {
      cause.printStackTrace(err);
    }
    err.flush();
    return error.kind().exitCode();
  }

  private static CommandError usageError(ParameterException e) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    String help = "   (" + command + " --help)";
    if (e instanceof UnmatchedArgumentException unmatched) {
      String word = unmatched.getUnmatched().get(0);
      boolean option = word.startsWith("-");
      boolean commandExpected = !e.getCommandLine().getSubcommands().isEmpty();
      List<String> near = unmatched.getSuggestions();
      String what =
          "unknown %s '%s'"
              .formatted(option ? "option" : commandExpected ? "command" : "argument", word);
      String fix =
          near.isEmpty()
              ? "leave it out, or see what there is: " + command + " --help"
              : "did you mean '" + String.join("' or '", near) + "'?" + help;
      return new CommandError(ErrorKind.USAGE, what, command, fix);
    }
    return new CommandError(
        ErrorKind.USAGE, lowerFirst(e.getMessage()), command, "see " + command + " --help");
  }

  private static String lowerFirst(String text) {
    return Character.toLowerCase(text.charAt(0)) + text.substring(1);
  }

  private static CommandError error(Throwable e) {
    if (e instanceof CommandError known) {
      return known;
    }
    if (e instanceof UncheckedIOException unchecked) {
      return fileError(unchecked.getCause());
    }
    if (e instanceof IOException io) {
      return fileError(io);
    }
    if (e instanceof OutOfMemoryError) {
      return new CommandError(
          ErrorKind.MEMORY,
          "out of memory: " + e.getMessage(),
          "heap of " + Runtime.getRuntime().maxMemory() / (1 << 20) + " MiB",
          "train fewer models at a time, or give Java more: JAVA_TOOL_OPTIONS=-Xmx8g");
    }
    if (e instanceof GpuException.Unavailable) {
      return new CommandError(
          ErrorKind.GPU, e.getMessage(), "--backend cuda", "train with --backend cpu: same bits");
    }
    if (e instanceof GpuException.OutOfMemory) {
      return new CommandError(
          ErrorKind.MEMORY,
          e.getMessage(),
          "--backend cuda",
          "train with --backend cpu: same bits");
    }
    StackTraceElement[] stack = e.getStackTrace();
    return new CommandError(
        ErrorKind.INTERNAL,
        e.getClass().getSimpleName() + ": " + e.getMessage(),
        stack.length == 0 ? "toymodels" : stack[0].toString(),
        "this is a fault of toymodels: please report it, with TOYMODELS_TRACE=1 set");
  }

  private static CommandError fileError(IOException e) {
    String file =
        e instanceof FileSystemException f && f.getFile() != null ? f.getFile() : "file system";
    if (e instanceof NoSuchFileException) {
      return new CommandError(
          ErrorKind.FILE, "there is no such file", file, "check the name, or make it first");
    }
    if (e instanceof FileAlreadyExistsException) {
      return new CommandError(
          ErrorKind.STORAGE, "it exists, and nothing is overwritten", file, "name another place");
    }
    if (e instanceof AccessDeniedException) {
      return new CommandError(
          ErrorKind.STORAGE, "permission denied", file, "change its permissions, or name another");
    }
    if (e instanceof NotDirectoryException) {
      return new CommandError(
          ErrorKind.STORAGE, "this is not a folder", file, "name another place");
    }
    String reason =
        e instanceof FileSystemException f && f.getReason() != null
            ? f.getReason()
            : String.valueOf(e.getMessage());
    return new CommandError(
        ErrorKind.STORAGE,
        lowerFirst(reason + " "),
        file,
        "free some space, or name another place with --out");
  }
}
