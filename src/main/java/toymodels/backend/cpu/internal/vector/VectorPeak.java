package toymodels.backend.cpu.internal.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Multiply-adds that depend on nothing but the one before them in their chain. */
public final class VectorPeak {
  /** Enough to hide the latency of a multiply-add on two units, few enough for 16 registers. */
  public static final int CHAINS = 10;

  private static final VectorSpecies<Float> F = VectorSpeciesChoice.floats();

  private VectorPeak() {}

  /** One multiply-add a chain and round; a number that depends on all of them. */
  public static float run(int vectors) {
    FloatVector shrink = FloatVector.broadcast(F, 0.9999f);
    FloatVector add = FloatVector.broadcast(F, 1.0001f);
    FloatVector s0 = add;
    FloatVector s1 = add;
    FloatVector s2 = add;
    FloatVector s3 = add;
    FloatVector s4 = add;
    FloatVector s5 = add;
    FloatVector s6 = add;
    FloatVector s7 = add;
    FloatVector s8 = add;
    FloatVector s9 = add;
    for (int i = 0; i < vectors; i++) {
      s0 = s0.fma(shrink, add);
      s1 = s1.fma(shrink, add);
      s2 = s2.fma(shrink, add);
      s3 = s3.fma(shrink, add);
      s4 = s4.fma(shrink, add);
      s5 = s5.fma(shrink, add);
      s6 = s6.fma(shrink, add);
      s7 = s7.fma(shrink, add);
      s8 = s8.fma(shrink, add);
      s9 = s9.fma(shrink, add);
    }
    FloatVector even = s0.add(s2).add(s4).add(s6).add(s8);
    FloatVector odd = s1.add(s3).add(s5).add(s7).add(s9);
    return even.add(odd).lane(0);
  }
}
