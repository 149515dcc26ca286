package toymodels.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;
import org.junit.jupiter.api.Test;

/**
 * Vectors are local variables of one method. A vector that is passed to or returned by a method of
 * ours is an object on the heap wherever the compiler does not inline that method, and a large
 * caller uses its inlining budget up (docs/decisions/0006-*). The methods of the Vector API itself
 * are always inlined. Compiled classes are examined, so that lambdas count.
 */
class VectorsStayLocalTest {
  private static final Class<?> MAIN = CpuBackend.class;

  /** Methods that may take or return vectors, each with the reason why it never costs. */
  private static final Map<String, String> ALLOWED = Map.of();

  @Test
  void no_method_or_field_of_ours_holds_a_vector() throws Exception {
    List<String> found = new ArrayList<>();
    for (Class<?> type : compiled()) {
      found.addAll(offences(type));
    }
    found.removeAll(ALLOWED.keySet());
    assertEquals(List.of(), found, "vectors that leave a method");
  }

  @Test
  void the_rule_sees_helpers_lambdas_fields_and_species() {
    List<String> found = offences(Offender.class);
    assertTrue(found.contains("Offender.load returns FloatVector"), found::toString);
    assertTrue(found.contains("Offender.sum takes FloatVector"), found::toString);
    assertTrue(found.contains("Offender.any takes VectorMask"), found::toString);
    assertTrue(found.contains("Offender.all takes VectorSpecies"), found::toString);
    assertTrue(found.contains("Offender.kept is FloatVector[]"), found::toString);
    assertTrue(
        found.stream().anyMatch(f -> f.startsWith("Offender.lambda$") && f.contains("takes")),
        found::toString);
  }

  private static List<Class<?>> compiled()
      throws IOException, URISyntaxException, ClassNotFoundException {
    Path classes = Path.of(MAIN.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<Class<?>> types = new ArrayList<>();
    try (Stream<Path> files =
        Files.walk(classes.resolve(MAIN.getPackageName().replace('.', '/')))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).sorted().toList()) {
        String path = classes.relativize(file).toString();
        String name = path.substring(0, path.length() - ".class".length());
        types.add(
            Class.forName(name.replace('/', '.').replace('\\', '.'), false, MAIN.getClassLoader()));
      }
    }
    assertTrue(types.size() > 40, "compiled classes found: " + types.size());
    return types;
  }

  private static List<String> offences(Class<?> type) {
    List<String> found = new ArrayList<>();
    for (Method method : type.getDeclaredMethods()) {
      if (holdsVector(method.getReturnType())) {
        found.add(name(type, method, "returns", method.getReturnType()));
      }
      addParameters(type, method, found);
    }
    for (Constructor<?> constructor : type.getDeclaredConstructors()) {
      addParameters(type, constructor, found);
    }
    for (Field field : type.getDeclaredFields()) {
      boolean constant =
          Modifier.isStatic(field.getModifiers())
              && Modifier.isFinal(field.getModifiers())
              && field.getType() == VectorSpecies.class;
      if (!constant && (holdsVector(field.getType()) || isSpecies(field.getType()))) {
        found.add(type.getSimpleName() + "." + field.getName() + " is " + simple(field.getType()));
      }
    }
    return found;
  }

  private static void addParameters(Class<?> type, Executable method, List<String> found) {
    for (Class<?> parameter : method.getParameterTypes()) {
      if (holdsVector(parameter) || isSpecies(parameter)) {
        found.add(name(type, method, "takes", parameter));
      }
    }
  }

  private static String name(Class<?> type, Executable method, String does, Class<?> what) {
    return "%s.%s %s %s".formatted(type.getSimpleName(), method.getName(), does, simple(what));
  }

  private static String simple(Class<?> type) {
    return type.getSimpleName();
  }

  private static boolean holdsVector(Class<?> type) {
    Class<?> element = type;
    while (element.isArray()) {
      element = element.getComponentType();
    }
    return Vector.class.isAssignableFrom(element)
        || VectorMask.class.isAssignableFrom(element)
        || VectorShuffle.class.isAssignableFrom(element);
  }

  /** A species that is not a constant of its class keeps every vector of it on the heap. */
  private static boolean isSpecies(Class<?> type) {
    return VectorSpecies.class.isAssignableFrom(type);
  }

  /** What the rule forbids. */
  @SuppressWarnings("unused")
  private static final class Offender {
    private static final VectorSpecies<Float> F = FloatVector.SPECIES_128;
    private FloatVector[] kept;

    static FloatVector load(float[] a, int at) {
      return FloatVector.fromArray(F, a, at);
    }

    static float sum(FloatVector v) {
      return v.lane(0);
    }

    static boolean any(VectorMask<Float> mask) {
      return mask.anyTrue();
    }

    static int all(VectorSpecies<Float> species) {
      return species.length();
    }

    static UnaryOperator<FloatVector> twice() {
      return v -> v.add(v);
    }
  }
}
