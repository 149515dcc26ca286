package toymodels.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import toymodels.experiment.Experiment;
import toymodels.experiment.Scale;
import toymodels.report.Report;
import toymodels.run.Progress;
import toymodels.run.Trained;
import toymodels.run.Training;
import toymodels.train.Backend;
import toymodels.train.Study;

/** The command line, and the line that data follows through this project. */
public final class Main {
  private Main() {}

  /** Runs one command and ends the process with its exit code, see {@link ErrorKind}. */
  public static void main(String[] arguments) {
    Locale.setDefault(Locale.ROOT);
    Terminal terminal =
        Terminal.of(
            new FileOutputStream(FileDescriptor.out),
            new FileOutputStream(FileDescriptor.err),
            Boolean.getBoolean("toymodels.live"));
    int code = Toymodels.run(terminal, arguments);
    terminal.close();
    System.exit(code);
  }

  /** What to train, trained on a backend, and what the trained models show. */
  static Report reproduce(Experiment experiment, Scale scale, Backend backend, Progress progress) {
    List<Trained> trained = new ArrayList<>();
    for (Study study : experiment.studies(scale)) {
      trained.add(Training.train(backend, study, experiment.recording(scale), progress));
    }
    return experiment.report(trained);
  }
}
