package toymodels.run.file;

/**
 * One thing that is wrong with something the user gave, in the three lines of every error.
 *
 * @param what what is wrong, with the value
 * @param where the file, and the place in it
 * @param fix what to do about it
 */
public record Problem(String what, String where, String fix) {
  @Override
  public String toString() {
    return what + "\n  where: " + where + "\n  fix:   " + fix;
  }
}
