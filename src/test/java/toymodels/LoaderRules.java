package toymodels;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaStaticInitializer;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import toymodels.natives.DearImGui;
import toymodels.natives.JCuda;
import toymodels.natives.Lwjgl;

/**
 * Classes with native libraries are first touched behind the loader.
 *
 * <p>Java runs a class's static initialiser before any other code of the class, field initialisers
 * and constructors included. So a class that uses such a library at all has to call the loader
 * there, before anything else: then no order of calls can touch the library too early.
 */
final class LoaderRules {
  /** Packages with native libraries, and the calls that load them; longer prefixes first. */
  private static final Map<String, Set<String>> LOADERS = loaders();

  /** A superclass is initialised before the class's own static initialiser. These load nothing. */
  private static final Set<String> HARMLESS_SUPERTYPES = Set.of("jcuda.Pointer");

  private LoaderRules() {}

  private static Map<String, Set<String>> loaders() {
    String cublas = call(JCuda.class, "requireCublas");
    String imgui = call(DearImGui.class, "load");
    Map<String, Set<String>> loaders = new LinkedHashMap<>();
    loaders.put("jcuda.jcublas", Set.of(cublas));
    loaders.put("jcuda", Set.of(call(JCuda.class, "require"), cublas));
    loaders.put("imgui", Set.of(imgui));
    loaders.put("org.lwjgl", Set.of(call(Lwjgl.class, "load"), imgui));
    return loaders;
  }

  private static String call(Class<?> loader, String method) {
    return "%s.%s()".formatted(loader.getName(), method);
  }

  static ArchCondition<JavaClass> callTheLoaderFirst() {
    return new ArchCondition<>("call the loader before anything else, if they need it") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        for (String problem : problems(type)) {
          events.add(SimpleConditionEvent.violated(type, type.getName() + " " + problem));
        }
      }
    };
  }

  private static List<String> problems(JavaClass type) {
    List<String> problems = new ArrayList<>();
    Stream.concat(type.getRawSuperclass().stream(), type.getRawInterfaces().stream())
        .filter(above -> loadersOf(above).isPresent())
        .filter(above -> !HARMLESS_SUPERTYPES.contains(above.getName()))
        .forEach(above -> problems.add("extends " + above.getName() + ", initialised before it"));
    type.getDirectDependenciesFromSelf().stream()
        .map(dependency -> dependency.getTargetClass().getBaseComponentType())
        .flatMap(target -> loadersOf(target).stream())
        .distinct()
        .filter(loaders -> !isFirst(type, loaders))
        .forEach(loaders -> problems.add("does not begin with a static call of " + loaders));
    return problems;
  }

  private static Optional<Set<String>> loadersOf(JavaClass target) {
    return LOADERS.entrySet().stream()
        .filter(entry -> target.getPackageName().startsWith(entry.getKey()))
        .filter(entry -> inside(target.getPackageName(), entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  private static boolean inside(String name, String parent) {
    return name.equals(parent) || name.startsWith(parent + ".");
  }

  /**
   * Whether one of the calls is on a line of its own before all else that initialises the class.
   */
  private static boolean isFirst(JavaClass type, Set<String> loaders) {
    Optional<JavaStaticInitializer> initializer = type.getStaticInitializer();
    if (initializer.isEmpty()) {
      return false;
    }
    int loading = Integer.MAX_VALUE;
    int rest = Integer.MAX_VALUE;
    for (JavaAccess<?> access : accesses(type, initializer.get())) {
      if (loaders.contains(access.getTarget().getFullName())) {
        loading = Math.min(loading, access.getLineNumber());
      } else {
        rest = Math.min(rest, access.getLineNumber());
      }
    }
    return loading < rest;
  }

  private static List<JavaAccess<?>> accesses(JavaClass type, JavaCodeUnit initializer) {
    return type.getAccessesFromSelf().stream()
        .<JavaAccess<?>>map(access -> access)
        .filter(access -> access.getOrigin().equals(initializer))
        .toList();
  }
}
