package toymodels;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noCodeUnits;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.function.Supplier;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.Test;
import org.lwjgl.glfw.GLFW;
import org.lwjgl.stb.STBTTFontinfo;
import org.lwjgl.system.Callback;
import toymodels.natives.JCuda;
import toymodels.natives.Lwjgl;

/** Native libraries and other programs have one door each, and nobody else's is opened. */
@AnalyzeClasses(packages = "toymodels", importOptions = DoNotIncludeTests.class)
class LoaderRulesTest {
  @ArchTest
  static final ArchRule native_libraries_are_touched_behind_the_loader =
      classes()
          .that()
          .resideOutsideOfPackage("toymodels.natives")
          .should(LoaderRules.callTheLoaderFirst());

  /** The loader touches them in the methods that load, and not when a class of it is made. */
  @ArchTest
  static final ArchRule the_loader_touches_nothing_while_it_is_initialised =
      noCodeUnits()
          .that(isInitialiser())
          .and()
          .areDeclaredInClassesThat()
          .resideInAPackage("toymodels.natives")
          .should(touchNatives());

  @ArchTest
  static final ArchRule only_the_loader_loads_libraries =
      noClasses()
          .that()
          .resideOutsideOfPackage("toymodels.natives")
          .should()
          .callMethod(System.class, "load", String.class)
          .orShould()
          .callMethod(System.class, "loadLibrary", String.class)
          .orShould()
          .callMethod(Runtime.class, "load", String.class)
          .orShould()
          .callMethod(Runtime.class, "loadLibrary", String.class);

  @ArchTest
  static final ArchRule only_one_class_starts_programs =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("toymodels.natives.Programs")
          .should()
          .callConstructorWhere(
              DescribedPredicate.describe(
                  "makes a ProcessBuilder",
                  call -> call.getTargetOwner().isEquivalentTo(ProcessBuilder.class)))
          .orShould()
          .callMethodWhere(
              DescribedPredicate.describe(
                  "calls Runtime.exec",
                  call ->
                      call.getTargetOwner().isEquivalentTo(Runtime.class)
                          && call.getName().equals("exec")));

  private static DescribedPredicate<JavaCodeUnit> isInitialiser() {
    return DescribedPredicate.describe(
        "initialise", unit -> unit.isConstructor() || unit.getName().equals("<clinit>"));
  }

  private static ArchCondition<JavaCodeUnit> touchNatives() {
    return new ArchCondition<>("touch native libraries") {
      @Override
      public void check(JavaCodeUnit unit, ConditionEvents events) {
        boolean touches =
            unit.getAccessesFromSelf().stream()
                .map(access -> access.getTargetOwner().getPackageName())
                .anyMatch(name -> name.matches("(org\\.lwjgl|imgui|jcuda)(\\..*)?"));
        events.add(new SimpleConditionEvent(unit, touches, unit.getFullName()));
      }
    };
  }

  /** What used to be: an object of LWJGL was made before the loader ran. */
  static final class InAField {
    final Object info = STBTTFontinfo.create();

    InAField() {
      Lwjgl.load();
    }
  }

  static final class TooLate {
    static final boolean STARTED = GLFW.glfwInit();

    static {
      Lwjgl.load();
    }
  }

  static final class InALambda {
    static Supplier<Object> later() {
      return () -> GLFW.glfwGetTime();
    }
  }

  static final class ByAReference {
    static Supplier<Double> later() {
      return GLFW::glfwGetTime;
    }
  }

  enum InAConstant {
    ONE(GLFW.glfwGetTime());

    final double value;

    static {
      Lwjgl.load();
    }

    InAConstant(double value) {
      this.value = value;
    }
  }

  static final class WrongLoader {
    static {
      JCuda.require();
    }

    static double time() {
      return GLFW.glfwGetTime();
    }
  }

  static final class NoLoader {
    static void use() {
      JCudaDriver.cuInit(0);
    }
  }

  abstract static class ASubclass extends Callback {
    static {
      Lwjgl.load();
    }

    ASubclass() {
      super(1);
    }
  }

  static final class Right {
    static {
      Lwjgl.load();
    }

    static final double TIME = GLFW.glfwGetTime();
    final Object info = STBTTFontinfo.create();
  }

  @Test
  void a_class_that_touches_a_library_too_early_is_found() {
    for (Class<?> early :
        List.of(
            InAField.class,
            TooLate.class,
            InALambda.class,
            ByAReference.class,
            InAConstant.class,
            WrongLoader.class,
            NoLoader.class,
            ASubclass.class)) {
      assertTrue(violations(early) > 0, early + " is not found");
    }
    assertEquals(0, violations(Right.class));
  }

  private static int violations(Class<?> type) {
    JavaClasses imported = new ClassFileImporter().importClasses(type);
    return classes()
        .should(LoaderRules.callTheLoaderFirst())
        .evaluate(imported)
        .getFailureReport()
        .getDetails()
        .size();
  }
}
