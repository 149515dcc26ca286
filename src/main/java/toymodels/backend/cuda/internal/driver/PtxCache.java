package toymodels.backend.cuda.internal.driver;

import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import toymodels.natives.PathTrust;
import toymodels.natives.PrivateDirectory;

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

  /** PTX of the largest module is a hundredth of this. */
  private static final int MOST_BYTES = 64 << 20;

  /** The user's; empty where neither variable names an absolute path. */
  static Optional<PtxCache> of(Map<String, String> environment) {
    return PrivateDirectory.userCache(environment).map(cache -> new PtxCache(cache.resolve("ptx")));
  }

  /** SHA-256 in hexadecimal digits. */
  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /**
   * The text that was kept under this name, if it is whole and nobody else can have written it.
   *
   * <p>Who owns the file and every folder on the way is examined before it is opened: then nobody
   * else can put another in its place. It is read once, and the bytes that are hashed are the bytes
   * that are returned.
   */
  Optional<String> find(String name) {
    Path file = directory.resolve(name);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    Optional<String> why =
        PathTrust.whyNotPrivate(directory).or(() -> PathTrust.whyNotPrivate(file));
    if (why.isPresent()) {
      LOG.log(Level.WARNING, "kernels kept in {0} are not used: {1}", directory, why.get());
      return Optional.empty();
    }
    try (InputStream in =
        Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      byte[] bytes = in.readNBytes(MOST_BYTES);
      String kept = new String(bytes, StandardCharsets.US_ASCII);
      String text = kept.substring(Math.min(kept.length(), HASH + 1));
      return kept.startsWith(hash(text) + "\n") ? Optional.of(text) : Optional.empty();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "kernels kept in {0} cannot be read: {1}", directory, e);
      return Optional.empty();
    }
  }

  /** Keeps a text; where it cannot, the next start compiles again. */
  void keep(String name, String text) {
    try {
      Files.createDirectories(directory, only("rwx------"));
      Optional<String> why = PathTrust.whyNotPrivate(directory);
      if (why.isPresent()) {
        throw new IOException(why.get());
      }
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
