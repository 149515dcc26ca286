package toymodels.run;

/** Which toymodels this is. */
public final class Build {
  private Build() {}

  /** The version of its jar. */
  public static String version() {
    String version = Build.class.getPackage().getImplementationVersion();
    return version == null ? "unpackaged" : version;
  }

  /** The commit it was built from, as the launcher says. */
  public static String commit() {
    return System.getProperty("toymodels.commit", "unknown");
  }
}
