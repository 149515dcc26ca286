package toymodels.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import toymodels.analysis.EvaluatedLosses;
import toymodels.analysis.Evaluation;
import toymodels.model.ModelBatch;
import toymodels.run.config.RunConfig;
import toymodels.train.Backend;
import toymodels.train.Checkpoint;
import toymodels.train.History;
import toymodels.train.ModelSlice;
import toymodels.train.Progress;
import toymodels.train.StopSignal;
import toymodels.train.Study;
import toymodels.train.Trainer;
import toymodels.train.TrainingEvent;

/**
 * Trains one study of a run.
 *
 * <p>What a checkpoint at step s relies on is on the disk before it: keyframes and losses up to s.
 * So a process may end at any moment, and {@link StudyDirectory#recover} finds a checkpoint with
 * all that belongs to it, cuts off what is later, and training makes it again, bit for bit.
 */
final class StudyTraining {
  /** A chunk of steps ends about this often, to look at the stop signal and tell the progress. */
  private static final long CHUNK_NANOS = 200_000_000;

  /**
   * Keyframes wait in memory for the next checkpoint, to be one file, until they are this large.
   */
  private static final long PENDING_BYTES = 64 << 20;

  private final StudyDirectory directory;
  private final RunConfig config;
  private final Study study;
  private final ModelSlice range;
  private final Backend backend;
  private final String arithmetic;
  private final Consumer<String> log;
  private final Progress progress;
  private final StopSignal stop;
  private final TreeSet<Integer> keyframeSteps = new TreeSet<>();
  private final TreeSet<Integer> lossSteps = new TreeSet<>();
  private final List<Integer> pendingFrameSteps = new ArrayList<>();
  private final List<ModelBatch> pendingFrames = new ArrayList<>();
  private final List<Integer> pendingSteps = new ArrayList<>();
  private final List<float[]> pendingLosses = new ArrayList<>();
  private int changedAt = -1;

  StudyTraining(
      StudyDirectory directory,
      Backend backend,
      Consumer<String> log,
      Progress progress,
      StopSignal stop) {
    this.directory = directory;
    this.config = directory.config();
    this.study = config.study();
    this.range = ModelSlice.all(study);
    this.backend = backend;
    this.arithmetic = backend.determinism().label();
    this.log = log;
    this.progress = progress;
    this.stop = stop;
    int steps = study.plan().steps();
    Arrays.stream(config.recording().keyframeSteps(steps)).forEach(keyframeSteps::add);
    Arrays.stream(config.recording().lossSteps(steps)).forEach(lossSteps::add);
  }

  /** Trains to the end and writes the final models; empty if asked to stop before, all saved. */
  Optional<Checkpoint> train() {
    Optional<Checkpoint> from =
        new Recovery(directory, log).newestCheckpoint(backend.determinism());
    log.accept(
        "%s: %d models from step %d of %d"
            .formatted(
                directory.path().getFileName(),
                study.models(),
                from.map(Checkpoint::step).orElse(0),
                study.plan().steps()));
    List<TrainingEvent> events = directory.events();
    Study now = study;
    Optional<Checkpoint> state = from;
    for (TrainingEvent event : events) {
      int reached = state.map(Checkpoint::step).orElse(0);
      if (event.step() >= reached) {
        state = train(now, state, event.step());
        if (state.isEmpty()) {
          return Optional.empty();
        }
        log.accept("changed as the viewer asked: " + event.toJson());
        state = state.map(event::apply);
        changedAt = event.step();
      }
      now = event.apply(now);
    }
    return train(now, state, study.plan().steps()).flatMap(this::finish);
  }

  /** Trains up to a step; empty if asked to stop before, all saved. */
  private Optional<Checkpoint> train(Study now, Optional<Checkpoint> from, int until) {
    try (Trainer trainer = backend.start(now, range, from)) {
      if (from.isEmpty()) {
        record(trainer);
      }
      return advance(trainer, until) ? Optional.of(trainer.checkpoint()) : Optional.empty();
    }
  }

  private boolean advance(Trainer trainer, int until) {
    int steps = study.plan().steps();
    int every = config.checkpoints().every();
    double nanos = config.checkpoints().seconds() * 1e9;
    long saved = System.nanoTime();
    int chunk = 1;
    while (trainer.stepsTaken() < until) {
      // A state just changed is not saved: at this step, recovery expects it unchanged.
      if (stop.requested() && trainer.stepsTaken() != changedAt) {
        save(trainer.checkpoint());
        return false;
      }
      int step = trainer.stepsTaken();
      long start = System.nanoTime();
      int taken = Math.min(chunk, Math.min(until, nextStop(step, steps, every)) - step);
      trainer.advance(taken);
      step += taken;
      record(trainer);
      progress.at((long) step * study.models(), (long) steps * study.models());
      long now = System.nanoTime();
      if (now - start > CHUNK_NANOS) {
        chunk = Math.max(1, chunk / 2);
      } else if (taken == chunk && now - start < CHUNK_NANOS / 4) {
        chunk = Math.min(chunk * 2, 1 << 20);
      }
      if (step < steps && (step % every == 0 || now - saved > nanos)) {
        save(trainer.checkpoint());
        saved = now;
      }
    }
    return true;
  }

  /** The next step at which something is kept, or the last. */
  private int nextStop(int step, int steps, int every) {
    int next = (int) Math.min(steps, ((long) step / every + 1) * every);
    Integer keyframe = keyframeSteps.higher(step);
    Integer loss = lossSteps.higher(step);
    next = keyframe == null ? next : Math.min(next, keyframe);
    return loss == null ? next : Math.min(next, loss);
  }

  private void record(Trainer trainer) {
    int step = trainer.stepsTaken();
    if (keyframeSteps.contains(step)) {
      pendingFrameSteps.add(step);
      pendingFrames.add(trainer.snapshot());
      long bytes = study.shape().parameters() * Float.BYTES * range.count();
      if (bytes * pendingFrames.size() > PENDING_BYTES) {
        writeFrames();
      }
    }
    if (lossSteps.contains(step)) {
      pendingSteps.add(step);
      pendingLosses.add(trainer.losses());
    }
  }

  private void appendLosses() {
    if (!pendingSteps.isEmpty()) {
      directory.metrics().append(pendingSteps, pendingLosses);
      pendingSteps.clear();
      pendingLosses.clear();
    }
  }

  private void writeFrames() {
    if (!pendingFrames.isEmpty()) {
      int[] steps = pendingFrameSteps.stream().mapToInt(Integer::intValue).toArray();
      directory.writeHistoryPart(
          new History(steps, pendingFrames),
          SavedModels.metadata(config, steps[steps.length - 1], arithmetic));
      pendingFrameSteps.clear();
      pendingFrames.clear();
    }
  }

  private void save(Checkpoint state) {
    write(state);
    new Recovery(directory, log).prune();
  }

  private void write(Checkpoint state) {
    appendLosses();
    writeFrames();
    SavedModels.write(
        directory.disk(),
        directory.checkpointFile(state.step()),
        config,
        range,
        state,
        Optional.empty(),
        arithmetic);
  }

  /** Writes the final models; empty if asked to stop before, all saved. */
  private Optional<Checkpoint> finish(Checkpoint state) {
    if (config.evaluation().method() != Evaluation.Method.NONE) {
      write(state); // The steps are done; measuring may take longer than they did.
    } else {
      appendLosses();
      writeFrames();
    }
    Optional<Optional<EvaluatedLosses>> evaluation = evaluate(state);
    if (evaluation.isEmpty()) {
      return Optional.empty();
    }
    List<Path> parts = directory.historyParts();
    progress.working("writing the results", 0, 1);
    if (!parts.isEmpty()) {
      Keyframes.merge(
          directory.disk(),
          directory.historyFile(),
          config,
          SavedModels.metadata(config, state.step(), arithmetic),
          parts);
    }
    SavedModels.write(
        directory.disk(),
        directory.finalFile(),
        config,
        range,
        state,
        evaluation.get(),
        arithmetic);
    new Recovery(directory, log).removeWhatIsInTheResults();
    tellDiverged(state);
    return Optional.of(state);
  }

  /** What the config wants to be measured, if anything; empty if asked to stop meanwhile. */
  private Optional<Optional<EvaluatedLosses>> evaluate(Checkpoint state) {
    return config.evaluation().method() == Evaluation.Method.NONE
        ? Optional.of(Optional.empty())
        : new ResumableEvaluation(directory, range, arithmetic, progress, stop)
            .of(state)
            .map(Optional::of);
  }

  private void tellDiverged(Checkpoint state) {
    for (int k = 0; k < range.count(); k++) {
      if (state.divergedAt()[k] != Checkpoint.NOT_DIVERGED) {
        log.accept(
            "model %d diverged by step %d and was frozen; no other is affected"
                .formatted(k, state.divergedAt()[k]));
      }
    }
  }
}
