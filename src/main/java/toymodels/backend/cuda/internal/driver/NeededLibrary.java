package toymodels.backend.cuda.internal.driver;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The libraries that a shared library asks the loader for, as its ELF image says (System V ABI,
 * Dynamic Section; gABI symbol versioning). A name can be replaced by another of the same length:
 * so JCublas, made for CUDA 12, asks for CUDA 13's cuBLAS, whose calls are the same.
 */
public final class NeededLibrary {
  private static final int MAGIC = 0x464c457f;
  private static final int LOADED = 1;
  private static final int DYNAMIC = 2;
  private static final long STRING_TABLE = 5;
  private static final long STRING_BYTES = 10;
  private static final long VERSIONS_NEEDED = 0x6ffffffe;
  private static final long VERSIONS_COUNT = 0x6fffffff;

  private final ByteBuffer image;

  private NeededLibrary(byte[] image) {
    this.image = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    if (image.length < 64 || this.image.getInt(0) != MAGIC || image[4] != 2) {
      throw new IllegalArgumentException(
          "%d bytes are no 64-bit ELF library".formatted(image.length));
    }
  }

  /**
   * A copy of a library that asks for another one, in another version.
   *
   * @param from a soname that is also the name of a symbol version, such as {@code libcublas.so.12}
   * @param to as long as {@code from}
   * @throws IllegalArgumentException if the lengths differ, or the image does not ask for it
   */
  public static byte[] renamed(byte[] library, String from, String to) {
    if (from.length() != to.length()) {
      throw new IllegalArgumentException(
          "'%s' in place of '%s': the names must be of one length".formatted(to, from));
    }
    byte[] copy = library.clone();
    if (new NeededLibrary(copy).rename(from, to) == 0) {
      throw new IllegalArgumentException("the library does not ask for " + from);
    }
    return copy;
  }

  private int rename(String from, String to) {
    int strings = offset(dynamic(STRING_TABLE));
    int end = strings + (int) dynamic(STRING_BYTES);
    // A whole string of the table, which begins with an empty one.
    ByteBuffer old = ByteBuffer.wrap(("\0" + from + "\0").getBytes(StandardCharsets.US_ASCII));
    int renamed = 0;
    for (int at = strings; at + old.capacity() <= end; at++) {
      if (image.slice(at, old.capacity()).equals(old)) {
        image.put(at + 1, to.getBytes(StandardCharsets.US_ASCII));
        renamed++;
      }
    }
    renameVersions(hash(from), hash(to));
    return renamed;
  }

  /** The loader compares versions by the hash of their name first. */
  private void renameVersions(int from, int to) {
    int library = offset(dynamic(VERSIONS_NEEDED));
    for (long left = dynamic(VERSIONS_COUNT); left > 0; left--) {
      int version = library + image.getInt(library + 8);
      for (int count = image.getShort(library + 2); count > 0; count--) {
        if (image.getInt(version) == from) {
          image.putInt(version, to);
        }
        version += image.getInt(version + 12);
      }
      library += image.getInt(library + 12);
    }
  }

  /** The value of an entry of the dynamic section. */
  private long dynamic(long tag) {
    int table = (int) program(DYNAMIC, 0).getLong(8);
    for (int at = table; image.getLong(at) != 0; at += 16) {
      if (image.getLong(at) == tag) {
        return image.getLong(at + 8);
      }
    }
    throw new IllegalArgumentException("the library's dynamic section has no entry " + tag);
  }

  /** Where in the file an address of the loaded image comes from. */
  private int offset(long address) {
    for (int skip = 0; ; skip++) {
      ByteBuffer segment = program(LOADED, skip);
      long begin = segment.getLong(16);
      if (address >= begin && address < begin + segment.getLong(32)) {
        return (int) (segment.getLong(8) + address - begin);
      }
    }
  }

  /** A program header of a type, after so many others of that type. */
  private ByteBuffer program(int type, int skip) {
    long table = image.getLong(32);
    int size = image.getShort(54);
    for (int i = 0; i < image.getShort(56); i++) {
      ByteBuffer header = image.slice((int) table + i * size, size).order(image.order());
      if (header.getInt(0) == type && skip-- == 0) {
        return header;
      }
    }
    throw new IllegalArgumentException("the library has no such segment of type " + type);
  }

  /** The hash of the System V ABI. */
  private static int hash(String name) {
    int hash = 0;
    for (byte c : name.getBytes(StandardCharsets.US_ASCII)) {
      hash = (hash << 4) + c;
      int high = hash & 0xf0000000;
      hash = (hash ^ high >>> 24) & ~high;
    }
    return hash;
  }
}
