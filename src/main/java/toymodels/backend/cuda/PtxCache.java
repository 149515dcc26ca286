package toymodels.backend.cuda;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * PTX that was compiled on this machine, kept for the next start in {@code
 * $XDG_CACHE_HOME/toymodels/ptx}, or below {@code ~/.cache}. A file's name is the SHA-256 of all
 * that its text depends on, its first line the SHA-256 of the text: what does not agree is not
 * used. Only this user may write there. The directory may be deleted at any time.
 *
 * @param directory where the files are; made when the first is kept
 */
record PtxCache(Path directory) {
  private static final System.Logger LOG = System.getLogger(PtxCache.class.getName());
  private static final int HASH = 64;
  private static final Set<PosixFilePermission> OTHERS_WRITE =
      Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

  /** The user's; empty where neither variable names an absolute path. */
  static Optional<PtxCache> of(Map<String, String> environment) {
    Path cache = Path.of(environment.getOrDefault("XDG_CACHE_HOME", ""));
    Path home = Path.of(environment.getOrDefault("HOME", ""));
    Path base = cache.isAbsolute() ? cache : home.resolve(".cache");
    return base.isAbsolute()
        ? Optional.of(new PtxCache(base.resolve("toymodels").resolve("ptx")))
        : Optional.empty();
  }

  /** SHA-256 in hexadecimal digits. */
  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /** The text that was kept under this name, if it is whole and nobody else can have written it. */
  Optional<String> find(String name) {
    Path file = directory.resolve(name);
    try {
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || !isOurs(file)) {
        return Optional.empty();
      }
      String kept = Files.readString(file, StandardCharsets.US_ASCII);
      String text = kept.substring(Math.min(kept.length(), HASH + 1));
      return kept.startsWith(hash(text) + "\n") ? Optional.of(text) : Optional.empty();
    } catch (IOException | UnsupportedOperationException e) {
      LOG.log(Level.DEBUG, "kernels kept in {0} cannot be read: {1}", directory, e);
      return Optional.empty();
    }
  }

  private boolean isOurs(Path file) throws IOException {
    // By its number: in a container the user may have no name.
    UserPrincipal user = Files.getOwner(Path.of("/proc/self"));
    for (Path path : new Path[] {directory, file}) {
      Set<PosixFilePermission> allowed =
          Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
      boolean owned = Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).equals(user);
      if (!owned || allowed.stream().anyMatch(OTHERS_WRITE::contains)) {
        LOG.log(Level.WARNING, "kernels kept in {0} are not used: others may write there", path);
        return false;
      }
    }
    return true;
  }

  /** Keeps a text; where it cannot, the next start compiles again. */
  void keep(String name, String text) {
    try {
      Files.createDirectories(directory, only("rwx------"));
      Path temporary = Files.createTempFile(directory, "new-", ".tmp", only("rw-------"));
      try {
        Files.writeString(temporary, hash(text) + "\n" + text, StandardCharsets.US_ASCII);
        Files.move(temporary, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException | UnsupportedOperationException e) {
      LOG.log(Level.WARNING, "compiled kernels are not kept for the next start: {0}", e.toString());
    }
  }

  private static String hash(String text) {
    return sha256(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static FileAttribute<?> only(String permissions) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
  }
}
