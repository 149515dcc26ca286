package toymodels.experiment;

import java.util.List;
import toymodels.report.Report;
import toymodels.train.RecordingSchedule;
import toymodels.train.Study;
import toymodels.train.TrainedStudy;

/** One figure of the paper: what to train, and what the trained models show. */
public interface Experiment {
  /** The name on the command line, such as {@code intro}. */
  String name();

  /** One line: what it shows. */
  String summary();

  /** The figure of the paper it stands for, such as "Introduction, first figure". */
  String figure();

  /** What to train, seed 0 throughout; empty when all is theory. */
  List<Study> studies(Scale scale);

  /** What to keep on the way. */
  default RecordingSchedule recording(Scale scale) {
    return RecordingSchedule.NOTHING;
  }

  /**
   * The report of an experiment that trains nothing: {@link #studies} is empty.
   *
   * @param seed of what it draws, if it draws anything
   */
  default Report theory(Scale scale, long seed) {
    return report(List.of());
  }

  /** Figures and checked claims from the trained studies, in the order of {@link #studies}. */
  Report report(List<TrainedStudy> trained);
}
