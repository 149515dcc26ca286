package toymodels.backend.cpu.internal.vector;

import java.util.Set;
import toymodels.backend.cpu.internal.dense.Kernels;
import toymodels.backend.cpu.internal.dense.ScalarKernels;

/**
 * Which kernels this JVM trains with: as many lanes as its vectors hold, or as many as the system
 * property {@value #PROPERTY} asks for; 1 means plain loops. The bits are the same.
 */
public final class VectorWidth {
  static final String PROPERTY = "toymodels.lanes";
  private static final String MODULE = "jdk.incubator.vector";
  private static final Set<Integer> WIDTHS = Set.of(4, 8, 16);

  private VectorWidth() {}

  /**
   * The kernels to use.
   *
   * @throws IllegalArgumentException if the property asks for what this CPU or JVM lacks
   */
  public static Kernels kernels() {
    int asked = asked();
    if (asked == 1) {
      return new ScalarKernels("because -D" + PROPERTY + "=1 asks for them");
    }
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      if (asked > 1) {
        throw new IllegalArgumentException(
            "%s = %d, but the Vector API is not there: start java with --add-modules=%s"
                .formatted(PROPERTY, asked, MODULE));
      }
      return new ScalarKernels(
          "because the Vector API is not there: start java with --add-modules=" + MODULE);
    }
    int widest = VectorSpeciesChoice.widest();
    if (widest < 4) {
      return new ScalarKernels("because this JVM's vectors hold only " + widest + " floats");
    }
    return new VectorKernels();
  }

  /** True where the property asks for plain loops. */
  public static boolean plainLoopsAsked() {
    return asked() == 1;
  }

  /** 0 where nothing is asked for. */
  private static int asked() {
    String value = System.getProperty(PROPERTY, "0");
    if (!value.matches("0|1|4|8|16")) {
      throw new IllegalArgumentException(
          "%s = '%s', allowed is 1 for plain loops, 4, 8 or 16".formatted(PROPERTY, value));
    }
    return Integer.parseInt(value);
  }

  /** Lanes of the vector kernels where the widest vectors hold {@code widest} floats. */
  static int vectorLanes(int widest) {
    int asked = asked();
    if (asked > widest) {
      throw new IllegalArgumentException(
          "%s = %d, but this CPU's vectors hold %d floats: ask for at most that, or for nothing"
              .formatted(PROPERTY, asked, widest));
    }
    return WIDTHS.contains(asked) ? asked : Math.min(widest, Kernels.SAMPLE_LANES);
  }
}
