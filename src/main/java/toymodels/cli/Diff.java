package toymodels.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import toymodels.model.ModelBatch;
import toymodels.run.RunDirectory;
import toymodels.run.SavedModels;
import toymodels.run.StudyDirectory;

/** Where two runs, or two files of models, differ: keys of their configs, and bits. */
@Command(
    name = "diff",
    description = "Says where two runs, or two files of models, differ: in config and in bits.",
    footer = {
      "",
      "Examples:",
      "  toymodels diff runs/a runs/b",
      "  toymodels diff a/final.safetensors b/final.safetensors",
    })
final class Diff implements Callable<Integer> {
  @ParentCommand private Toymodels root;

  @Parameters(paramLabel = "A", index = "0", description = "A run, or a file of models.")
  private Path a;

  @Parameters(paramLabel = "B", index = "1", description = "Another of the same sort.")
  private Path b;

  @Override
  public Integer call() {
    if (Files.isDirectory(a) != Files.isDirectory(b)) {
      throw new CommandError(
          ErrorKind.USAGE,
          "one is a run and the other a file",
          a + " and " + b,
          "compare run with run, or file with file such as final.safetensors");
    }
    if (Files.isDirectory(a)) {
      runs();
    } else {
      models("", SavedModels.read(a).state().weights(), SavedModels.read(b).state().weights());
    }
    root.terminal().next("toymodels inspect " + RunPaths.quoted(a.toString()));
    return 0;
  }

  private void runs() {
    PrintWriter out = root.terminal().out();
    try (RunDirectory left = RunDirectory.open(a);
        RunDirectory right = RunDirectory.open(b)) {
      if (left.studies().size() != right.studies().size()) {
        out.printf("studies: %d and %d%n", left.studies().size(), right.studies().size());
        return;
      }
      for (int s = 0; s < left.studies().size(); s++) {
        StudyDirectory one = left.studies().get(s);
        StudyDirectory other = right.studies().get(s);
        String label = left.studies().size() == 1 ? "" : "study " + s + ": ";
        List<String> keys = one.config().changedKeys(other.config());
        out.println(
            label
                + (keys.isEmpty()
                    ? "same config"
                    : "config differs in " + String.join(", ", keys)));
        if (one.finished() && other.finished()) {
          models(label, one.finalModels().state().weights(), other.finalModels().state().weights());
        } else {
          out.println(label + "not both are trained to their end");
        }
      }
    }
  }

  private void models(String label, ModelBatch one, ModelBatch other) {
    PrintWriter out = root.terminal().out();
    if (!one.shape().equals(other.shape()) || one.models() != other.models()) {
      out.printf(
          "%smodels differ in kind: %d of %s and %d of %s%n",
          label, one.models(), one.shape(), other.models(), other.shape());
    } else if (one.sameBits(other)) {
      out.printf("%ssame bits in all %d models%n", label, one.models());
    } else {
      int differing = 0;
      for (int k = 0; k < one.models(); k++) {
        differing += one.slice(k, 1).sameBits(other.slice(k, 1)) ? 0 : 1;
      }
      out.printf(
          "%s%d of %d models differ, by at most %.3g in a parameter%n",
          label, differing, one.models(), largest(one, other));
    }
  }

  private static double largest(ModelBatch one, ModelBatch other) {
    return Math.max(
        largest(one.encoder(), other.encoder()),
        Math.max(largest(one.decoder(), other.decoder()), largest(one.biases(), other.biases())));
  }

  private static double largest(float[] one, float[] other) {
    double largest = 0;
    for (int i = 0; i < one.length; i++) {
      largest = Math.max(largest, Math.abs((double) one[i] - other[i]));
    }
    return largest;
  }
}
