package toymodels.interop;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.model.ModelBatch;
import toymodels.train.Adam;
import toymodels.train.Backend;
import toymodels.train.Checkpoint;
import toymodels.train.ModelRange;
import toymodels.train.Study;
import toymodels.train.Trainer;
import toymodels.viewer.Knob;

/**
 * A change of a training by its viewer, between two steps: with its study and these events a
 * training can be repeated to the bit.
 *
 * @param step steps taken before the change
 * @param knob what was changed
 * @param value how, see {@link Knob}
 */
public record TrainingEvent(int step, Knob knob, double value) {
  /** The smallest density that a knob goes to: rarer features are hardly ever seen. */
  private static final double RAREST = 1e-4;

  /** The study after the change; the same if only weights change. */
  Study apply(Study study) {
    return switch (knob) {
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
      default -> study;
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
  Checkpoint apply(Checkpoint state) {
    if (knob != Knob.PERTURB) {
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

  /** One line of a log. */
  public String toJson() {
    return "{\"step\":%d,\"knob\":\"%s\",\"value\":%s}".formatted(step, knob, value);
  }

  /** Trains again as logged. */
  public static Checkpoint replay(Backend backend, Study study, List<TrainingEvent> events) {
    Study now = study;
    Checkpoint state = Checkpoint.initial(study, ModelRange.all(study));
    for (int i = 0; i <= events.size(); i++) {
      int end = i < events.size() ? events.get(i).step() : study.plan().steps();
      try (Trainer trainer = backend.start(now, ModelRange.all(now), Optional.of(state))) {
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
