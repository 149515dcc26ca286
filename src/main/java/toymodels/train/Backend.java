package toymodels.train;

import java.util.Optional;

/** A place where models are trained: the plain reference, the CPU's vector units, or GPUs. */
public interface Backend extends AutoCloseable {
  /** The name on the command line, such as {@code cpu}. */
  String name();

  /** One line of text: which hardware, how many lanes or threads. */
  String description();

  /**
   * What trains a study.
   *
   * @param name of the backend that does it
   * @param description which hardware, in words
   */
  record TrainedBy(String name, String description) {}

  /** What trains the study if this backend is asked to: itself, unless it hands the study on. */
  default TrainedBy trainedBy(Study study) {
    return new TrainedBy(name(), description());
  }

  /** How far the floats of what is trained here are fixed. */
  default Determinism determinism() {
    return Determinism.BITWISE;
  }

  /** Empty if this backend can train the study; else, in a sentence, why not. */
  default Optional<String> unsupportedReason(Study study) {
    return Optional.empty();
  }

  /**
   * Starts training the models of a range, from their initial weights or from a checkpoint of
   * exactly these models.
   *
   * @throws IllegalArgumentException if this backend cannot train the study, saying why: {@link
   *     #unsupportedReason}
   */
  Trainer start(Study study, ModelSlice range, Optional<Checkpoint> from);

  /** Starts training all models of a study from their initial weights. */
  default Trainer start(Study study) {
    return start(study, ModelSlice.all(study), Optional.empty());
  }

  @Override
  void close();
}
