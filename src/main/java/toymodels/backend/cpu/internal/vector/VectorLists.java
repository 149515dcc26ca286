package toymodels.backend.cpu.internal.vector;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/** Lists which lanes of vectors are not 0, without a branch: a guess would often be wrong. */
final class VectorLists {
  /** Static and final, or the compiler cannot keep vectors in registers. */
  private static final VectorSpecies<Integer> I = VectorSpeciesChoice.ints();

  /** As many lanes as a table can be asked about. */
  private static final VectorSpecies<Integer> PART =
      I.length() == 4 ? IntVector.SPECIES_128 : IntVector.SPECIES_256;

  private static final int LANES = PART.length();
  private static final int SUBSETS = 1 << LANES;

  /**
   * Bit l, of lane l. The bits of lanes that are above 0 are {@code v.neg() >> 31 & BITS}, without
   * a mask: masks, and vectors that wait for one, were objects on the heap at sixteen lanes.
   */
  static final int[] BITS = bits();

  /** The members of every subset of {@link #LANES} lanes, at the front of its row. */
  private static final int[] MEMBERS = members();

  private VectorLists() {}

  private static int[] bits() {
    int[] bits = new int[I.length()];
    for (int lane = 0; lane < bits.length; lane++) {
      bits[lane] = 1 << lane;
    }
    return bits;
  }

  private static int[] members() {
    int[] members = new int[SUBSETS * LANES];
    for (int subset = 0; subset < SUBSETS; subset++) {
      int to = subset * LANES;
      for (int lane = 0; lane < LANES; lane++) {
        if ((subset >>> lane & 1) != 0) {
          members[to++] = lane;
        }
      }
    }
    return members;
  }

  /**
   * Adds lanes to a list, each as {@code first} plus its number.
   *
   * @param lanes bit l set where lane l is to be added
   * @param list from {@code from} on; what stands behind its end may be overwritten
   * @param counts how many the list has, at {@code count}
   */
  static void add(int lanes, int first, int[] list, int from, int[] counts, int count) {
    int size = counts[count];
    for (int part = 0; part < I.length(); part += LANES) {
      int subset = lanes >>> part & SUBSETS - 1;
      IntVector.fromArray(PART, MEMBERS, subset * LANES)
          .add(IntVector.broadcast(PART, first + part))
          .intoArray(list, from + size);
      size += Integer.bitCount(subset);
    }
    counts[count] = size;
  }
}
