package toymodels.interop;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import toymodels.model.ModelBatch;
import toymodels.train.Backend;
import toymodels.train.Checkpoint;
import toymodels.train.Determinism;
import toymodels.train.ModelSlice;
import toymodels.train.Study;
import toymodels.train.Trainer;
import toymodels.viewer.KeyframeScenes;
import toymodels.viewer.Scene;
import toymodels.viewer.SceneInfo;
import toymodels.viewer.SceneSource;
import toymodels.viewer.Timeline;
import toymodels.viewer.TrainingControl;
import toymodels.viewer.VertexUploaders;

/**
 * A training that somebody else drives, seen from outside: a backend around the one that trains,
 * which hands a viewer what passes through it. What it trains are the same bits, watched or not.
 */
public final class WatchedTraining implements Backend, SceneSource {
  /** While it is watched, training looks at the viewer's requests this often, in nanoseconds. */
  private static final long LOOK_NANOS = 8_000_000;

  /** More bytes of keyframes are not kept for the time bar. */
  private static final long MOST_KEPT = 512L << 20;

  private final Backend backend;
  private final Study first;
  private final SceneFactory casting;
  private final LatestScene newest;
  private volatile Timeline timeline = Timeline.NONE;
  private volatile List<Scene> keyframes = List.of();
  private volatile boolean watched = true;
  private volatile boolean ended;
  private volatile double stepsPerSecond;

  /**
   * @param backend trains; closed by who opened it
   * @param first the study that will be trained first
   */
  public WatchedTraining(Backend backend, Study first, SceneFactory casting) {
    this.backend = backend;
    this.first = first;
    this.casting = casting;
    Checkpoint initial = Checkpoint.initial(first, ModelSlice.all(first));
    SceneInfo info = casting.info(first);
    this.newest = new LatestScene(SceneFactory.scene(info, 0, initial.weights(), initial.losses()));
  }

  @Override
  public String name() {
    return backend.name();
  }

  @Override
  public String description() {
    return backend.description();
  }

  @Override
  public TrainedBy trainedBy(Study study) {
    return backend.trainedBy(study);
  }

  @Override
  public Determinism determinism() {
    return backend.determinism();
  }

  @Override
  public Optional<String> unsupportedReason(Study study) {
    return backend.unsupportedReason(study);
  }

  @Override
  public Trainer start(Study study, ModelSlice range, Optional<Checkpoint> from) {
    return new Watched(study, backend.start(study, range, from));
  }

  /** A trainer that shows what it does. Only the training's thread uses it. */
  private final class Watched implements Trainer {
    private final Study study;
    private final Trainer trainer;
    private final SceneInfo info;
    private final ThinnedLossCurve losses = new ThinnedLossCurve();
    private final List<Scene> kept = new ArrayList<>();
    private final long bytesOfScene;
    private int chunk = 1;

    Watched(Study study, Trainer trainer) {
      this.study = study;
      this.trainer = trainer;
      this.info = casting.info(study);
      this.bytesOfScene = study.shape().parameters() * Float.BYTES * study.models();
      newest.set(scene(trainer.snapshot()));
    }

    private Scene scene(ModelBatch weights) {
      return SceneFactory.scene(info, trainer.stepsTaken(), weights, trainer.losses());
    }

    @Override
    public void advance(int steps) {
      int end = trainer.stepsTaken() + steps;
      while (trainer.stepsTaken() < end) {
        int left = end - trainer.stepsTaken();
        int taken = watched ? Math.min(chunk, left) : left;
        long start = System.nanoTime();
        trainer.advance(taken);
        long spent = Math.max(1, System.nanoTime() - start);
        stepsPerSecond = taken * 1e9 / spent;
        chunk = (int) Math.max(1, Math.min(1_000_000, LOOK_NANOS * taken / spent));
        if (watched) {
          show(() -> newest.offer(study, info, trainer));
        }
      }
    }

    @Override
    public int stepsTaken() {
      return trainer.stepsTaken();
    }

    @Override
    public float[] losses() {
      float[] values = trainer.losses();
      show(
          () -> {
            if (losses.add(trainer.stepsTaken(), values, true)) {
              publishTimeline();
            }
          });
      return values;
    }

    /** Who trains asks for what is kept: the same steps serve the time bar. */
    @Override
    public ModelBatch snapshot() {
      ModelBatch weights = trainer.snapshot();
      if (watched && bytesOfScene * (kept.size() + 1) <= MOST_KEPT) {
        show(
            () -> {
              kept.add(scene(weights));
              keyframes = List.copyOf(kept);
              publishTimeline();
            });
      }
      return weights;
    }

    /** Hands something to the viewer, whose failure is not training's. */
    private void show(Runnable handing) {
      try {
        handing.run();
      } catch (RuntimeException | Error e) {
        watched = false;
        System.getLogger(WatchedTraining.class.getName())
            .log(System.Logger.Level.WARNING, "training is not shown any more: {0}", e.toString());
      }
    }

    private void publishTimeline() {
      int[] frames = kept.stream().mapToInt(Scene::step).toArray();
      timeline = losses.timeline(frames, study.plan().steps());
    }

    @Override
    public Checkpoint checkpoint() {
      return trainer.checkpoint();
    }

    @Override
    public void close() {
      show(() -> newest.set(scene(trainer.snapshot())));
      trainer.close();
    }
  }

  /** The shortest way of the weights into a picture. */
  public VertexUploaders feeds() {
    return new DeviceUploaders(backend, first.shape(), first.models(), newest::copyTo);
  }

  /** Nothing comes any more; what is there can still be looked at. */
  public void end() {
    ended = true;
  }

  @Override
  public Scene newest() {
    return newest.get();
  }

  @Override
  public Timeline timeline() {
    return timeline;
  }

  @Override
  public Scene at(int step) {
    List<Scene> kept = keyframes;
    return kept.isEmpty() ? newest() : KeyframeScenes.between(kept, step);
  }

  @Override
  public boolean live() {
    return !ended;
  }

  @Override
  public String status() {
    return ended ? "trained" : "training, %,.0f steps/s".formatted(stepsPerSecond);
  }

  /** A run is trained as its config says: nobody may change it. */
  @Override
  public boolean adjust(TrainingControl control, double value) {
    return false;
  }

  /** The viewer is gone: training goes on without looking for it. */
  @Override
  public void close() {
    watched = false;
  }
}
