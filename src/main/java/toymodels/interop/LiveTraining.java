package toymodels.interop;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import toymodels.train.Backend;
import toymodels.train.Checkpoint;
import toymodels.train.ModelSlice;
import toymodels.train.Study;
import toymodels.train.Trainer;
import toymodels.train.TrainingEvent;
import toymodels.viewer.KeyframeScenes;
import toymodels.viewer.Scene;
import toymodels.viewer.SceneInfo;
import toymodels.viewer.SceneSource;
import toymodels.viewer.Timeline;
import toymodels.viewer.TrainingControl;
import toymodels.viewer.VertexUploaders;

/**
 * A training on a thread of its own that can be watched and changed.
 *
 * <p>The thread never waits for a viewer: a viewer raises a flag, and finds the newest finished
 * step a moment later. What a viewer does with it, or whether it still lives, cannot reach the
 * training. A change is a checkpoint, another study, and a start from the checkpoint, which is
 * exact because random numbers are keyed by their step.
 */
public final class LiveTraining implements SceneSource {
  /** Longest time between two looks at the viewer's requests, in nanoseconds. */
  private static final long CHUNK_NANOS = 8_000_000;

  private static final long REST_NANOS = 10_000_000;

  private final Backend backend;
  private final Study planned;
  private final SceneFactory casting;
  private final KeyframeSteps keyframeSteps;
  private final Thread thread;
  private final Consumer<List<TrainingEvent>> log;
  private final LatestScene newest;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final ConcurrentLinkedQueue<Request> requests = new ConcurrentLinkedQueue<>();

  private volatile boolean paused;
  private volatile boolean resting;
  private volatile boolean stopping;
  private volatile Timeline timeline = Timeline.NONE;
  private volatile List<Checkpoint> keyframes = List.of();
  private volatile List<TrainingEvent> events = List.of();
  private volatile double stepsPerSecond;
  private volatile Checkpoint last;
  private volatile Throwable failure;
  private volatile SceneInfo info;
  // Only the training's thread uses these.
  private Study study;
  private final ThinnedLossCurve losses = new ThinnedLossCurve();

  /**
   * Starts training.
   *
   * @param backend trains; closed by the caller, after this
   * @param keyframes how many steps are kept, spaced evenly in the logarithm, at least 2
   */
  public LiveTraining(Backend backend, Study study, SceneFactory casting, int keyframes) {
    this(backend, study, casting, keyframes, events -> {});
  }

  /**
   * Starts training.
   *
   * @param log receives all changes so far after each, on the training's thread
   */
  public LiveTraining(
      Backend backend,
      Study study,
      SceneFactory casting,
      int keyframes,
      Consumer<List<TrainingEvent>> log) {
    this.log = log;
    this.backend = backend;
    this.planned = study;
    this.study = study;
    this.info = casting.info(study);
    this.casting = casting;
    this.keyframeSteps = new KeyframeSteps(keyframes, study.plan().steps());
    this.newest = new LatestScene(scene(Checkpoint.initial(study, ModelSlice.all(study))));
    this.thread = new Thread(this::run, "training");
    thread.setDaemon(true);
    thread.start();
  }

  private Scene scene(Checkpoint state) {
    return SceneFactory.scene(info, state.step(), state.weights(), state.losses());
  }

  private void run() {
    try {
      Checkpoint state = Checkpoint.initial(study, ModelSlice.all(study));
      while (state.step() < study.plan().steps() && !stopping) {
        try (Trainer trainer = backend.start(study, ModelSlice.all(study), Optional.of(state))) {
          trainUntilChanged(trainer);
          state = trainer.checkpoint();
        }
        Request request = requests.poll();
        if (request != null && state.step() < study.plan().steps()) {
          state = carryOut(request, state);
        }
      }
      last = state;
      newest.set(scene(state));
    } catch (Throwable e) {
      failure = e;
    } finally {
      ended.countDown();
    }
  }

  /** What a viewer has asked for. */
  private record Request(TrainingControl knob, double value) {}

  private Checkpoint carryOut(Request request, Checkpoint state) {
    if (request.knob() == TrainingControl.BRANCH) {
      return branch((int) request.value(), state);
    }
    TrainingEvent.Change change = TrainingEvent.Change.valueOf(request.knob().name());
    TrainingEvent event = new TrainingEvent(state.step(), change, request.value());
    List<TrainingEvent> more = new ArrayList<>(events);
    more.add(event);
    events = List.copyOf(more);
    log.accept(events);
    study = event.apply(study);
    info = casting.info(study);
    Checkpoint changed = event.apply(state);
    newest.set(scene(changed));
    return changed;
  }

  private Checkpoint branch(int step, Checkpoint now) {
    Optional<Checkpoint> from = keyframes.stream().filter(k -> k.step() == step).findFirst();
    if (from.isEmpty()) {
      return now;
    }
    events = events.stream().filter(e -> e.step() < step).toList();
    log.accept(events);
    study = planned;
    for (TrainingEvent event : events) {
      study = event.apply(study);
    }
    info = casting.info(study);
    keyframes = keyframes.stream().filter(k -> k.step() <= step).toList();
    losses.forgetAfter(step);
    publishTimeline();
    newest.set(scene(from.get()));
    return from.get().copy();
  }

  /** Trains to the end, or until a request or the end of all comes. */
  private void trainUntilChanged(Trainer trainer) {
    int steps = study.plan().steps();
    int chunk = 1;
    keep(trainer);
    while (trainer.stepsTaken() < steps && requests.isEmpty() && !stopping) {
      resting = paused;
      if (resting) {
        LockSupport.parkNanos(REST_NANOS);
        continue;
      }
      long start = System.nanoTime();
      int taken = Math.min(chunk, keyframeSteps.after(trainer.stepsTaken()) - trainer.stepsTaken());
      trainer.advance(taken);
      long spent = Math.max(1, System.nanoTime() - start);
      stepsPerSecond = taken * 1e9 / spent;
      chunk = (int) Math.max(1, Math.min(1_000_000, CHUNK_NANOS * taken / spent));
      keep(trainer);
      newest.offer(study, info, trainer);
    }
  }

  /** Keeps the loss, and all state where a keyframe is due. */
  private void keep(Trainer trainer) {
    int step = trainer.stepsTaken();
    boolean due = keyframeSteps.contains(step);
    List<Checkpoint> kept = keyframes;
    if (due && (kept.isEmpty() || kept.get(kept.size() - 1).step() < step)) {
      List<Checkpoint> more = new ArrayList<>(kept);
      more.add(trainer.checkpoint());
      keyframes = List.copyOf(more);
    }
    if (losses.add(step, trainer.losses(), due)) {
      publishTimeline();
    }
  }

  private void publishTimeline() {
    int[] frames = keyframes.stream().mapToInt(Checkpoint::step).toArray();
    timeline = losses.timeline(frames, planned.plan().steps());
  }

  @Override
  public Scene newest() {
    return newest.get();
  }

  /** The shortest way of the weights into a picture. */
  public VertexUploaders feeds() {
    return new DeviceUploaders(backend, planned.shape(), planned.models(), newest::copyTo);
  }

  @Override
  public Timeline timeline() {
    return timeline;
  }

  @Override
  public Scene at(int step) {
    List<Checkpoint> kept = keyframes;
    if (kept.isEmpty()) {
      return newest();
    }
    int after = 1;
    while (after < kept.size() && kept.get(after).step() <= step) {
      after++;
    }
    List<Checkpoint> around = kept.subList(after - 1, Math.min(kept.size(), after + 1));
    return KeyframeScenes.between(around.stream().map(this::scene).toList(), step);
  }

  @Override
  public boolean live() {
    return ended.getCount() > 0;
  }

  @Override
  public String status() {
    if (failure != null) {
      return "training failed: " + failure.getMessage();
    }
    if (!live()) {
      return "trained";
    }
    if (paused) {
      return resting ? "paused" : "pausing";
    }
    return "training, %,.0f steps/s".formatted(stepsPerSecond);
  }

  @Override
  public boolean adjust(TrainingControl control, double value) {
    if (!live()) {
      return false;
    }
    if (control == TrainingControl.PAUSE) {
      paused = !paused;
    } else {
      requests.add(new Request(control, value));
    }
    return true;
  }

  /** Steps taken so far, whether anybody looks or not. */
  public int step() {
    return newest.step();
  }

  /** The changes so far, which with the study repeat this training. */
  public List<TrainingEvent> events() {
    return events;
  }

  /**
   * Waits for the end of training.
   *
   * @return the last state
   * @throws IllegalStateException if training failed
   */
  public Checkpoint await() throws InterruptedException {
    ended.await();
    if (failure != null) {
      throw new IllegalStateException(status(), failure);
    }
    return last;
  }

  /** Stops training after the current chunk. */
  @Override
  public void close() {
    stopping = true;
    paused = false;
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
