package toymodels.cli;

/** What went wrong, as the first word of an error and the exit code of the process. */
enum ErrorKind {
  /** A fault of this program. */
  INTERNAL(1),
  /** A command line that means nothing. */
  USAGE(2),
  /** A config that cannot be trained. */
  CONFIG(3),
  /** A damaged or hostile file. */
  FILE(4),
  /** No usable GPU, driver or display though asked for. */
  GPU(5),
  /** Out of memory, of the host or of the GPU. */
  MEMORY(6),
  /** Every model diverged. */
  DIVERGED(7),
  /** Storage refuses: full, read-only, missing, in use, or it exists and would be overwritten. */
  STORAGE(8);

  private final int exitCode;

  ErrorKind(int exitCode) {
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }
}
