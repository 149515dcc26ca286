package toymodels.natives;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who may change what a path leads to. A path is trusted if nobody but root and this user can
 * change the file or redirect the path: every component, and every component of the target of each
 * symbolic link, belongs to one of the two, and no other user may write to it. A directory with the
 * sticky bit, such as {@code /tmp}, may be written to by others, since they cannot rename what they
 * do not own.
 *
 * <p>A group may write where it stands for the owner or for root: the owner's private group (same
 * number), and the groups of administrators. Where the file system has no Unix permissions every
 * path is trusted.
 */
public final class PathTrust {
  private static final int TYPE = 0170000;
  private static final int LINK = 0120000;
  private static final int DIRECTORY = 0040000;
  private static final int STICKY = 01000;
  private static final int GROUP_WRITES = 020;
  private static final int OTHERS_WRITE = 02;

  /** As many as Linux follows. */
  private static final int MOST_LINKS = 40;

  private static final Set<String> ADMINISTRATORS = Set.of("root", "wheel", "admin", "staff");

  private PathTrust() {}

  /** Empty if nobody but root and this user can change what is there; else why not. */
  public static Optional<String> whyUntrusted(Path path) {
    try {
      return hasPermissions(path) ? whyUntrusted(path.toAbsolutePath(), MOST_LINKS) : trusted();
    } catch (IOException e) {
      return Optional.of("%s cannot be examined (%s)".formatted(path, e.getMessage()));
    }
  }

  /**
   * Empty if the path is trusted, and the last component belongs to this user and can be written to
   * by no group either; else why not.
   */
  public static Optional<String> whyNotPrivate(Path path) {
    Optional<String> untrusted = whyUntrusted(path);
    if (untrusted.isPresent() || !hasPermissions(path)) {
      return untrusted;
    }
    try {
      Map<String, Object> attributes = attributes(path);
      if ((int) attributes.get("uid") != user()) {
        return Optional.of(path + " belongs to another user");
      }
      return ((int) attributes.get("mode") & (GROUP_WRITES | OTHERS_WRITE)) == 0
          ? trusted()
          : Optional.of("others may write to " + path);
    } catch (IOException e) {
      return Optional.of("%s cannot be examined (%s)".formatted(path, e.getMessage()));
    }
  }

  /**
   * Empty if the folder is trusted, and nobody but root and this user can put files there; else why
   * not. That a folder has the sticky bit does not help here.
   */
  public static Optional<String> whyOthersAdd(Path folder) {
    Optional<String> untrusted = whyUntrusted(folder);
    if (untrusted.isPresent() || !hasPermissions(folder)) {
      return untrusted;
    }
    try {
      Map<String, Object> attributes = attributes(folder.toRealPath());
      return writable(attributes) ? Optional.of("other users may write to " + folder) : trusted();
    } catch (IOException e) {
      return Optional.of("%s cannot be examined (%s)".formatted(folder, e.getMessage()));
    }
  }

  private static Optional<String> trusted() {
    return Optional.empty();
  }

  private static boolean hasPermissions(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("unix");
  }

  private static Map<String, Object> attributes(Path path) throws IOException {
    return Files.readAttributes(path, "unix:mode,uid,gid,group", LinkOption.NOFOLLOW_LINKS);
  }

  private static Optional<String> whyUntrusted(Path absolute, int linksLeft) throws IOException {
    if (linksLeft == 0) {
      return Optional.of(absolute + " has too many symbolic links");
    }
    Path at = absolute.getRoot();
    Optional<String> why = whyOneUntrusted(at);
    for (int i = 0; i < absolute.getNameCount() && why.isEmpty(); i++) {
      Path parent = at;
      at = at.resolve(absolute.getName(i));
      why = whyOneUntrusted(at);
      if (why.isEmpty() && Files.isSymbolicLink(at)) {
        why = whyUntrusted(parent.resolve(Files.readSymbolicLink(at)), linksLeft - 1);
      }
    }
    return why;
  }

  private static Optional<String> whyOneUntrusted(Path path) throws IOException {
    Map<String, Object> attributes = attributes(path);
    int owner = (int) attributes.get("uid");
    if (owner != 0 && owner != user() && owner != ownerOfRoot()) {
      return Optional.of(path + " belongs to another user");
    }
    int mode = (int) attributes.get("mode");
    if ((mode & TYPE) == LINK || (mode & TYPE) == DIRECTORY && (mode & STICKY) != 0) {
      return trusted();
    }
    return writable(attributes) ? Optional.of("other users may write to " + path) : trusted();
  }

  private static boolean writable(Map<String, Object> attributes) {
    int mode = (int) attributes.get("mode");
    return (mode & OTHERS_WRITE) != 0 || (mode & GROUP_WRITES) != 0 && !standsForOwner(attributes);
  }

  private static boolean standsForOwner(Map<String, Object> attributes) {
    int group = (int) attributes.get("gid");
    return group == 0
        || group == (int) attributes.get("uid")
        || ADMINISTRATORS.contains(attributes.get("group").toString());
  }

  /** By its number: in a container the user may have no name. */
  private static int user() throws IOException {
    Path self = Path.of("/proc/self");
    return Files.exists(self) ? owner(self) : owner(Path.of(System.getProperty("user.home")));
  }

  /** In a user namespace the system's files belong to whom root is mapped to. */
  private static int ownerOfRoot() throws IOException {
    return owner(Path.of("/"));
  }

  private static int owner(Path path) throws IOException {
    return (int) Files.getAttribute(path, "unix:uid");
  }
}
