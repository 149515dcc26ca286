package toymodels.backend.cpu.internal.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;
import toymodels.backend.cpu.internal.dense.Kernels;

/** How many lanes the vector kernels use in this JVM: one choice, made when it starts. */
public final class VectorSpeciesChoice {
  private VectorSpeciesChoice() {}

  /** Floats in the widest vectors of this CPU. */
  public static int widest() {
    return FloatVector.SPECIES_PREFERRED.length();
  }

  /** Vector registers: twice as many with AVX-512, at every width, and on 64-bit Arm. */
  static int registers() {
    boolean arm = System.getProperty("os.arch").equals("aarch64");
    return arm || widest() >= Kernels.SAMPLE_LANES ? Kernels.MANY_REGISTERS : Kernels.FEW_REGISTERS;
  }

  static VectorSpecies<Float> floats() {
    return switch (VectorWidth.vectorLanes(widest())) {
      case 4 -> FloatVector.SPECIES_128;
      case 8 -> FloatVector.SPECIES_256;
      default -> FloatVector.SPECIES_512;
    };
  }

  static VectorSpecies<Integer> ints() {
    return switch (VectorWidth.vectorLanes(widest())) {
      case 4 -> IntVector.SPECIES_128;
      case 8 -> IntVector.SPECIES_256;
      default -> IntVector.SPECIES_512;
    };
  }
}
