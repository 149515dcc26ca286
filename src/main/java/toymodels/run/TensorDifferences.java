package toymodels.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import toymodels.run.file.DType;
import toymodels.run.file.Safetensors;
import toymodels.run.file.TensorInfo;

/** How the arrays of two safetensors files differ. */
public final class TensorDifferences {
  private TensorDifferences() {}

  /**
   * One array that differs.
   *
   * @param name the array
   * @param what how, such as "only in the first file" or "12 of 300 numbers differ"
   * @param largest the largest |a − b|; NaN where the shapes differ or an array lacks
   */
  public record Difference(String name, String what, double largest) {}

  /** Every array that is not the same, bit for bit, in both files, by name. */
  public static List<Difference> of(Path a, Path b) {
    List<Difference> differences = new ArrayList<>();
    try (Safetensors first = Safetensors.open(a);
        Safetensors second = Safetensors.open(b)) {
      TreeSet<String> names = new TreeSet<>();
      Stream.concat(first.tensors().stream(), second.tensors().stream())
          .forEach(t -> names.add(t.name()));
      for (String name : names) {
        compare(name, first, second).ifPresent(differences::add);
      }
    }
    return differences;
  }

  private static Optional<Difference> compare(String name, Safetensors a, Safetensors b) {
    Optional<TensorInfo> first = a.find(name);
    Optional<TensorInfo> second = b.find(name);
    if (first.isEmpty() || second.isEmpty()) {
      String where = first.isEmpty() ? "second" : "first";
      return Optional.of(new Difference(name, "only in the " + where + " file", Double.NaN));
    }
    TensorInfo x = first.get();
    TensorInfo y = second.get();
    if (x.dtype() != y.dtype() || !Arrays.equals(x.shape(), y.shape())) {
      String what =
          "%s %s against %s %s"
              .formatted(
                  x.dtype(), Arrays.toString(x.shape()), y.dtype(), Arrays.toString(y.shape()));
      return Optional.of(new Difference(name, what, Double.NaN));
    }
    return differing(name, numbers(a, x), numbers(b, y));
  }

  private static double[] numbers(Safetensors file, TensorInfo info) {
    if (info.dtype() == DType.I32) {
      return Arrays.stream(file.ints(info)).asDoubleStream().toArray();
    }
    if (info.dtype() == DType.I64) {
      return Arrays.stream(file.longs(info)).asDoubleStream().toArray();
    }
    if (info.dtype() == DType.F64) {
      return file.doubles(info);
    }
    float[] floats = file.floats(info);
    double[] numbers = new double[floats.length];
    Arrays.setAll(numbers, i -> floats[i]);
    return numbers;
  }

  private static Optional<Difference> differing(String name, double[] a, double[] b) {
    int count = 0;
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      if (Double.compare(a[i], b[i]) != 0) {
        count++;
        largest = Math.max(largest, Math.abs(a[i] - b[i]));
      }
    }
    return count == 0
        ? Optional.empty()
        : Optional.of(
            new Difference(name, "%d of %d numbers differ".formatted(count, a.length), largest));
  }
}
