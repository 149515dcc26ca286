package toymodels.run.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256, in hexadecimal. */
public final class Sha256 {
  private Sha256() {}

  static MessageDigest start() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256, this one lacks it", e);
    }
  }

  static String finish(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  /** The hash of a file's first bytes, or of all if it has no more. */
  public static String of(Disk disk, Path file, long most) throws IOException {
    MessageDigest digest = start();
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    try (SeekableByteChannel channel = disk.read(file)) {
      for (long left = most; left > 0; ) {
        buffer.clear().limit((int) Math.min(left, buffer.capacity()));
        int count = channel.read(buffer);
        if (count < 0) {
          break;
        }
        left -= count;
        digest.update(buffer.flip());
      }
    }
    return finish(digest);
  }

  /** The hash of a text's UTF-8 bytes. */
  public static String of(String text) {
    MessageDigest digest = start();
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    return finish(digest);
  }
}
