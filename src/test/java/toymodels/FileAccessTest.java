package toymodels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Files are opened in one place: by {@code InputFile} to read and by {@code NewFile} to write. */
@AnalyzeClasses(packages = "toymodels", importOptions = DoNotIncludeTests.class)
class FileAccessTest {
  /** Methods of {@link Files} that open, make or replace a file. */
  private static final Set<String> OPENING =
      Set.of(
          "newInputStream",
          "newOutputStream",
          "newByteChannel",
          "newBufferedReader",
          "newBufferedWriter",
          "readAllBytes",
          "readAllLines",
          "readString",
          "lines",
          "mismatch",
          "write",
          "writeString",
          "copy",
          "move",
          "createFile",
          "createLink",
          "createSymbolicLink",
          "createTempFile");

  /** Constructors that open a file by its path; a {@code java.io.File} leads to all others. */
  private static final Set<String> OPENERS =
      Set.of(
          "java.io.File",
          "java.io.FileInputStream",
          "java.io.FileOutputStream",
          "java.io.FileReader",
          "java.io.FileWriter",
          "java.io.RandomAccessFile",
          "java.util.zip.ZipFile");

  /** Who else opens files, and why. */
  private static final Map<String, String> EXCEPTIONS =
      Map.of(
          "toymodels.files.InputFile", "the one way to read",
          "toymodels.files.NewFile", "the one way to write results",
          "toymodels.run.file.LocalDisk", "a run's own files: moved over old ones, appended to",
          "toymodels.run.RunLock", "the lock of a run stays open while it is held",
          "toymodels.natives.", "libraries go to a private directory made at the start",
          "toymodels.backend.cuda.", "kernels go to a private directory and a private cache",
          "toymodels.cli.Main", "the descriptors of standard output and error");

  @ArchTest
  static void only_two_classes_open_files(JavaClasses classes) {
    assertTrue(classes.size() > 300, "classes are found");
    Set<String> others =
        classes.stream()
            .filter(c -> EXCEPTIONS.keySet().stream().noneMatch(c.getName()::startsWith))
            .flatMap(c -> c.getAccessesFromSelf().stream())
            .filter(FileAccessTest::opensAFile)
            .map(JavaAccess::getDescription)
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(Set.of(), others, "use toymodels.files.InputFile or NewFile");
  }

  @ArchTest
  static void every_exception_is_one(JavaClasses classes) {
    for (String name : EXCEPTIONS.keySet()) {
      assertTrue(
          classes.stream()
              .filter(c -> c.getName().startsWith(name))
              .flatMap(c -> c.getAccessesFromSelf().stream())
              .anyMatch(FileAccessTest::opensAFile),
          name + " opens no file and needs no exception");
    }
  }

  /** What the rule is for, each a way to open a file that it must see. */
  @Test
  void the_rule_sees_each_way_to_open_a_file() {
    JavaClass planted = new ClassFileImporter().importClass(Planted.class);
    Set<String> seen =
        planted.getAccessesFromSelf().stream()
            .filter(FileAccessTest::opensAFile)
            .map(a -> a.getOrigin().getName())
            .collect(Collectors.toSet());
    assertEquals(Set.of("channel", "text", "file", "stream", "reference"), seen);
  }

  private static boolean opensAFile(JavaAccess<?> access) {
    String owner = access.getTargetOwner().getName();
    String name = access.getTarget().getName();
    return owner.equals("java.nio.file.Files") && OPENING.contains(name)
        || owner.equals("java.nio.channels.FileChannel") && name.equals("open")
        || owner.equals("java.nio.channels.AsynchronousFileChannel") && name.equals("open")
        || owner.equals("java.nio.file.Path") && name.equals("toFile")
        || OPENERS.contains(owner) && name.equals("<init>");
  }

  @SuppressWarnings("unused")
  private static final class Planted {
    static Object channel(Path file) throws IOException {
      return java.nio.channels.FileChannel.open(file);
    }

    static Object text(Path file) throws IOException {
      return Files.readString(file);
    }

    static Object file(Path file) {
      return file.toFile();
    }

    static Object stream(String file) throws IOException {
      return new java.io.FileInputStream(file);
    }

    static boolean harmless(Path file) {
      return Files.exists(file);
    }

    interface Opening {
      Object open(Path file) throws IOException;
    }

    static Opening reference() {
      return Files::readAllBytes;
    }
  }
}
