package toymodels.cli;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The version of this build, from its jar. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version =
        Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
            .orElse("from sources");
    return new String[] {
      "toymodels " + version + ", Java " + System.getProperty("java.version"),
    };
  }
}
