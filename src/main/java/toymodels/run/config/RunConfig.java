package toymodels.run.config;

import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import toymodels.analysis.Evaluation;
import toymodels.files.FileTooLongException;
import toymodels.files.InputFile;
import toymodels.run.file.PrintableText;
import toymodels.run.file.Problem;
import toymodels.run.file.Sha256;
import toymodels.run.file.StorageException;
import toymodels.train.RecordingSchedule;
import toymodels.train.Study;

/**
 * A study together with what is kept of its training: what a config file says.
 *
 * @param study what is trained
 * @param checkpoints how often all state is saved
 * @param recording how many keyframes and rows of losses are kept
 * @param evaluation how the final models are measured: what {@code eval.loss} is
 */
public record RunConfig(
    Study study, CheckpointPolicy checkpoints, RecordingSchedule recording, Evaluation evaluation) {
  public static final RecordingSchedule RECORDING = new RecordingSchedule(100, 100);

  /** A study with the usual checkpoints, recording and evaluation. */
  public static RunConfig of(Study study) {
    return new RunConfig(study, CheckpointPolicy.STANDARD, RECORDING, Evaluation.usual(study));
  }

  /**
   * Reads a config file.
   *
   * @param file TOML, UTF-8
   * @param overrides such as {@code train.steps=500}, each replaces a key of the file
   * @throws ConfigException with everything that is wrong
   * @throws StorageException if the file cannot be read
   */
  public static RunConfig parse(Path file, List<String> overrides) {
    return parse(read(file), file.toString(), overrides);
  }

  private static String read(Path file) {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new ConfigException(
          List.of(
              new Problem(
                  "there is no config '%s'".formatted(PrintableText.printable(file.toString())),
                  PrintableText.printable(file.toAbsolutePath().toString()),
                  "give a TOML file, such as: toymodels config example > pentagon.toml")));
    }
    return StorageException.telling(
        "reading the config",
        file,
        () -> {
          try {
            return InputFile.text(file, 4L * ConfigTree.MAX_CHARACTERS);
          } catch (FileTooLongException e) {
            return " ".repeat(ConfigTree.MAX_CHARACTERS + 1);
          } catch (CharacterCodingException e) {
            throw new ConfigException(
                List.of(
                    new Problem(
                        "not a config: it is not UTF-8 text",
                        file.toString(),
                        "give a TOML file, or save this one as UTF-8")));
          }
        });
  }

  /**
   * Reads a config.
   *
   * @param text TOML
   * @param name what to call the text in errors
   * @param overrides such as {@code train.steps=500}
   * @throws ConfigException with everything that is wrong
   */
  public static RunConfig parse(String text, String name, List<String> overrides) {
    return ConfigBinder.bind(text, name, overrides);
  }

  /**
   * Reads the config of a run. A run of version 0.1 measures each model on samples of its own, so
   * that it still ends at the file that it would have ended at.
   *
   * @param file a config that {@link #toToml} wrote, by this version or an older one
   * @throws ConfigException with everything that is wrong
   * @throws StorageException if the file cannot be read
   */
  public static RunConfig ofRun(Path file) {
    String text = read(file);
    RunConfig config = parse(text, file.toString(), List.of());
    Evaluation evaluation = config.evaluation;
    boolean unsaid = text.lines().noneMatch(line -> line.startsWith("method = "));
    return unsaid && evaluation.method() == Evaluation.Method.HELD_OUT
        ? config.withEvaluation(new Evaluation(Evaluation.Method.OWN_SAMPLES, evaluation.samples()))
        : config;
  }

  /** This config with some keys replaced, such as {@code train.steps=500}. */
  public RunConfig with(List<String> overrides) {
    return overrides.isEmpty() ? this : parse(toToml(), "the run's config", overrides);
  }

  public RunConfig withStudy(Study value) {
    return new RunConfig(value, checkpoints, recording, evaluation);
  }

  public RunConfig withCheckpoints(CheckpointPolicy value) {
    return new RunConfig(study, value, recording, evaluation);
  }

  public RunConfig withRecording(RecordingSchedule value) {
    return new RunConfig(study, checkpoints, value, evaluation);
  }

  public RunConfig withEvaluation(Evaluation value) {
    return new RunConfig(study, checkpoints, recording, value);
  }

  /** This config as a file, every key written out; reading it gives an equal config. */
  public String toToml() {
    return ConfigText.study(study) + ConfigText.keeping(this);
  }

  /**
   * Fails if {@link #toToml} is longer than {@link #parse} allows.
   *
   * @throws ConfigException if the study has too many tasks that no grid describes
   */
  public void requireReadable() {
    ConfigTree.requireBounded(toToml(), "the study of %d tasks".formatted(study.tasks().size()));
  }

  /**
   * The hash of the canonical text of the sections [model] to [train], which keeps the keys' first
   * spellings: two runs of the same hash and steps have the same results.
   */
  public String sha256() {
    return Sha256.of(ConfigText.canonical(study));
  }

  /** Keys whose lines differ between two configs, such as {@code train.batch}. */
  public List<String> changedKeys(RunConfig other) {
    return ConfigText.changedKeys(toToml(), other.toToml());
  }
}
