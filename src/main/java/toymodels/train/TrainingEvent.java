package toymodels.train;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.model.ModelBatch;

/**
 * A change of a training by who watched it, between two steps: with its study and these events a
 * training can be repeated to the bit.
 *
 * @param step steps taken before the change
 * @param change what was changed
 * @param value how, see {@link Change}
 */
public record TrainingEvent(int step, Change change, double value) {
  /** What can be changed. */
  public enum Change {
    /** Densities times the value. */
    DENSITY,
    /** Importance of feature i becomes valueⁱ. */
    IMPORTANCE_DECAY,
    /** Learning rate times the value. */
    LEARNING_RATE,
    /** Adds normal noise of this standard deviation to all weights. */
    PERTURB
  }

  private static final Pattern LINE =
      Pattern.compile(
          "\\{\"step\":(\\d{1,10}),\"change\":\"([A-Z_]{1,20})\",\"value\":([0-9.E+-]{1,30})\\}");

  /** The smallest density that a knob goes to: rarer features are hardly ever seen. */
  private static final double RAREST = 1e-4;

  /**
   * @throws IllegalArgumentException if the step is negative or the value is not above 0 and finite
   */
  public TrainingEvent {
    if (step < 0 || !(value > 0 && value <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "%s by %s after step %d, allowed are steps from 0 and finite values above 0"
              .formatted(change, value, step));
    }
  }

  /** The study after the change; the same if only weights change. */
  public Study apply(Study study) {
    return switch (change) {
      case DENSITY -> withTasks(study, this::scaled);
      case IMPORTANCE_DECAY ->
          withTasks(study, t -> new Task(t.inputs(), Importance.geometric(t.features(), value)));
      case LEARNING_RATE -> {
        Adam adam = study.plan().adam();
        yield study.withPlan(
            study
                .plan()
                .withAdam(
                    new Adam(
                        adam.learningRate() * value,
                        adam.beta1(),
                        adam.beta2(),
                        adam.epsilon(),
                        adam.weightDecay())));
      }
      case PERTURB -> study;
    };
  }

  private Task scaled(Task task) {
    FeatureDistribution old = task.inputs();
    double[] densities =
        Arrays.stream(old.densities())
            .map(p -> Math.max(Math.min(RAREST, p), Math.min(1, p * value)))
            .toArray();
    return new Task(
        new FeatureDistribution(densities, old.coupling(), old.sets(), old.signed()),
        task.importance());
  }

  private static Study withTasks(Study study, UnaryOperator<Task> change) {
    List<Task> tasks = study.tasks().stream().map(change).toList();
    return new Study(study.shape(), tasks, study.replicas(), study.plan());
  }

  /** The state after the change; the same if only the study changes. */
  public Checkpoint apply(Checkpoint state) {
    if (change != Change.PERTURB) {
      return state;
    }
    Checkpoint pushed = state.copy();
    SplittableRandom random = new SplittableRandom(step);
    ModelBatch weights = pushed.weights();
    push(weights.encoder(), random);
    if (!weights.shape().kind().tied()) {
      push(weights.decoder(), random);
    }
    return pushed;
  }

  private void push(float[] weights, SplittableRandom random) {
    for (int i = 0; i < weights.length; i++) {
      double sum = -6;
      for (int k = 0; k < 12; k++) {
        sum += random.nextDouble();
      }
      weights[i] += (float) (value * sum);
    }
  }

  /** One line of a log, which {@link #parse} reads back. */
  public String toJson() {
    return "{\"step\":%d,\"change\":\"%s\",\"value\":%s}".formatted(step, change, value);
  }

  /**
   * Reads what {@link #toJson} wrote.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public static TrainingEvent parse(String line) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("this is no change of a training: " + line);
    }
    return new TrainingEvent(
        Integer.parseInt(matcher.group(1)),
        Change.valueOf(matcher.group(2)),
        Double.parseDouble(matcher.group(3)));
  }

  /** Trains again as logged. */
  public static Checkpoint replay(Backend backend, Study study, List<TrainingEvent> events) {
    Study now = study;
    Checkpoint state = Checkpoint.initial(study, ModelSlice.all(study));
    for (int i = 0; i <= events.size(); i++) {
      int end = i < events.size() ? events.get(i).step() : study.plan().steps();
      try (Trainer trainer = backend.start(now, ModelSlice.all(now), Optional.of(state))) {
        trainer.advance(end - trainer.stepsTaken());
        state = trainer.checkpoint();
      }
      if (i < events.size()) {
        now = events.get(i).apply(now);
        state = events.get(i).apply(state);
      }
    }
    return state;
  }
}
