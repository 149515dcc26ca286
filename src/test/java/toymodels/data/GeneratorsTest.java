package toymodels.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Published known answers. */
class GeneratorsTest {
  @Test
  void philox_gives_the_known_answers_of_random123() {
    check(0L, new int[4], "6627e8d5 e169c58d bc57ac4c 9b00dbd8");
    check(-1L, new int[] {-1, -1, -1, -1}, "408f276d 41c83b0e a20bc7c6 6d5451fd");
    check(
        0x299f31d0a4093822L,
        new int[] {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
        "d16cfe09 94fdcceb 5001e420 24126ea1");
  }

  private static void check(long key, int[] c, String expected) {
    int[] out = new int[4];
    Philox.block(key, c[0], c[1], c[2], c[3], out, 0);
    assertEquals(expected, "%08x %08x %08x %08x".formatted(out[0], out[1], out[2], out[3]));
  }

  @Test
  void xoshiro128plusplus_gives_the_known_answers_of_its_authors_code() {
    Xoshiro generator = new Xoshiro(1, 2, 3, 4);
    long[] drawn = new long[10];
    for (int i = 0; i < drawn.length; i++) {
      drawn[i] = Integer.toUnsignedLong(generator.next());
    }
    assertArrayEquals(
        new long[] {
          641,
          1573767,
          3222811527L,
          3517856514L,
          836907274,
          4247214768L,
          3867114732L,
          1355841295,
          495546011,
          621204420
        },
        drawn);
  }

  @Test
  void splitmix64_gives_the_known_answers_of_its_authors_code() {
    assertEquals(0xe220a8397b1dcdafL, Philox.splitMix64(0));
    assertEquals(6457827717110365317L, Philox.splitMix64(1234567));
  }

  @Test
  void keys_differ_by_seed_task_and_replica() {
    long[] keys = {
      Philox.key(0, 0, 0), Philox.key(1, 0, 0), Philox.key(0, 1, 0), Philox.key(0, 0, 1)
    };
    assertEquals(4, java.util.Arrays.stream(keys).distinct().count());
  }
}
