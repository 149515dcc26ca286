package toymodels;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static com.tngtech.archunit.library.plantuml.rules.PlantUmlArchCondition.Configuration.consideringOnlyDependenciesInDiagram;
import static com.tngtech.archunit.library.plantuml.rules.PlantUmlArchCondition.adhereToPlantUmlDiagram;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@AnalyzeClasses(packages = "toymodels", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  private static final int LINES = 300;

  /** Files that may be longer, each with its reason. */
  private static final Map<String, String> LONGER = Map.of();

  @ArchTest
  static void packages_depend_on_each_other_as_the_readme_draws(JavaClasses classes)
      throws IOException {
    Path file = Files.createTempFile("architecture", ".puml");
    try {
      Files.writeString(file, diagram());
      classes()
          .should(adhereToPlantUmlDiagram(file, consideringOnlyDependenciesInDiagram()))
          .check(classes);
    } finally {
      Files.delete(file);
    }
  }

  @ArchTest
  static void every_package_is_drawn(JavaClasses classes) throws IOException {
    String diagram = diagram();
    TreeSet<String> missing = new TreeSet<>();
    classes.forEach(
        c -> {
          String[] parts = c.getPackageName().split("\\.");
          if (parts.length > 1 && !diagram.contains("<<toymodels." + parts[1] + "..>>")) {
            missing.add(parts[1]);
          }
        });
    assertEquals(new TreeSet<>(), missing, "packages that the README's drawing lacks");
  }

  /** PlantUML's condition finds arrows that lack; this finds those that no class needs. */
  @ArchTest
  static void every_arrow_is_needed(JavaClasses classes) throws IOException {
    Set<String> needed =
        classes.stream()
            .flatMap(c -> c.getDirectDependenciesFromSelf().stream())
            .map(d -> List.of(topPackage(d.getOriginClass()), topPackage(d.getTargetClass())))
            .filter(ends -> !ends.contains("") && !ends.get(0).equals(ends.get(1)))
            .map(ends -> "[%s] --> [%s]".formatted(ends.get(0), ends.get(1)))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> drawn =
        diagram()
            .lines()
            .filter(line -> line.contains("-->"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(String.join("\n", needed), String.join("\n", drawn));
  }

  /** The package below {@code toymodels}; empty for all that is not ours. */
  private static String topPackage(JavaClass c) {
    String[] parts = c.getBaseComponentType().getPackageName().split("\\.");
    return parts.length > 1 && parts[0].equals("toymodels") ? parts[1] : "";
  }

  private static String diagram() throws IOException {
    return Files.readString(Path.of("README.md")).split("```plantuml\n")[1].split("```")[0];
  }

  @ArchTest
  static final ArchRule no_cycles = slices().matching("toymodels.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule only_cuda_and_the_loader_speak_cuda =
      only("jcuda..", "toymodels.backend.cuda..", "toymodels.natives");

  @ArchTest
  static final ArchRule only_one_class_speaks_cublas =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("toymodels.backend.cuda.internal.cublas.CublasCalls")
          .and()
          .resideOutsideOfPackage("toymodels.natives")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("jcuda.jcublas..");

  /** What is not queued on a stream of its own is not waited for by the streams of kernels. */
  @ArchTest
  static final ArchRule copies_and_fills_are_queued_on_a_stream =
      noClasses()
          .should()
          .callMethodWhere(
              target(owner(name("jcuda.driver.JCudaDriver")))
                  .and(target(nameMatching("cuMem(cpy|set).*(?<!Async)"))));

  @ArchTest
  static final ArchRule only_viewer_and_the_loader_speak_opengl =
      only("org.lwjgl..", "toymodels.viewer..", "toymodels.natives");

  @ArchTest
  static final ArchRule only_the_cpu_backend_uses_the_vector_api =
      only("jdk.incubator.vector..", "toymodels.backend.cpu..");

  @ArchTest
  static final ArchRule only_the_command_line_prints =
      noClasses()
          .that()
          .resideOutsideOfPackage("toymodels.cli..")
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err");

  private static ArchRule only(String library, String... packages) {
    return noClasses()
        .that()
        .resideOutsideOfPackages(packages)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .allowEmptyShould(true);
  }

  /** What stands below a package named internal is for the package above it alone. */
  @ArchTest
  static void internal_packages_are_used_by_their_own(JavaClasses classes) {
    TreeSet<String> strangers = new TreeSet<>();
    for (JavaClass user : classes) {
      user.getDirectDependenciesFromSelf().stream()
          .map(d -> d.getTargetClass().getBaseComponentType().getPackageName())
          .filter(target -> target.startsWith("toymodels.") && target.contains(".internal"))
          .filter(target -> !mayUse(user.getPackageName(), target))
          .forEach(target -> strangers.add(user.getName() + " uses " + target));
    }
    assertEquals(new TreeSet<>(), strangers);
  }

  /** interop joins the viewer with the GPU, which is what their internals are for. */
  private static boolean mayUse(String user, String internal) {
    String owner = internal.substring(0, internal.indexOf(".internal"));
    boolean joined = Set.of("toymodels.viewer", "toymodels.backend.cuda").contains(owner);
    return (user + ".").startsWith(owner + ".")
        || joined && (user + ".").startsWith("toymodels.interop.");
  }

  @Test
  void packages_show_few_files_at_their_top() throws IOException {
    for (String folder : List.of("backend/cpu", "backend/cuda", "viewer")) {
      try (Stream<Path> files = Files.list(Path.of("src/main/java/toymodels", folder))) {
        long count = files.filter(Files::isRegularFile).count();
        assertTrue(count <= 20, () -> folder + " has " + count + " files");
      }
    }
  }

  @Test
  void files_stay_small() throws IOException {
    List<String> long_ = new ArrayList<>();
    for (String root : List.of("src", "kernels", "shaders", "bench")) {
      try (Stream<Path> files = Files.walk(Path.of(root))) {
        for (Path file :
            files.filter(f -> f.toString().matches(".*\\.(java|cuh?|cpp|h)")).toList()) {
          long lines;
          try (Stream<String> text = Files.lines(file)) {
            lines = text.count();
          }
          if (lines > LINES && !LONGER.containsKey(file.toString())) {
            long_.add(file + " has " + lines);
          }
        }
      }
    }
    assertTrue(long_.isEmpty(), "over " + LINES + " lines: " + long_);
  }
}
