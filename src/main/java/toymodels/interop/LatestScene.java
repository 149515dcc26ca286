package toymodels.interop;

import toymodels.backend.cuda.internal.launch.DeviceWeights;
import toymodels.backend.cuda.internal.launch.WeightCopies;
import toymodels.train.Study;
import toymodels.train.Trainer;
import toymodels.viewer.Scene;
import toymodels.viewer.SceneInfo;

/**
 * Hands the newest step of a training to a viewer on another thread. The viewer requests; training
 * looks at the request between two chunks of steps, and spends a small part of its time at most on
 * it.
 */
final class LatestScene {
  /** A scene is made this often at most, in nanoseconds: more are not seen. */
  private static final long FASTEST_NANOS = 12_000_000;

  /** Training takes at least so many times as long as what it hands over. */
  private static final long TIMES = 99;

  /** The host's copy of more weights than this is not made for every picture of the device's. */
  private static final long SMALL = 1 << 18;

  /** Nanoseconds between two copies of many weights to the host. */
  private static final long HOST_NANOS = 200_000_000;

  private volatile boolean wanted;
  private volatile Scene scene;
  private volatile int step;
  private volatile WeightCopies copies;

  // Only the training's thread uses these.
  private long next;
  private long nextHost;

  LatestScene(Scene first) {
    scene = first;
  }

  /** The newest scene that training has handed over; it will hand over another. */
  Scene get() {
    wanted = true;
    return scene;
  }

  /** Steps taken, without a request for their scene. */
  int step() {
    return step;
  }

  /** Replaces the scene, whatever is requested. */
  void set(Scene newer) {
    scene = newer;
  }

  /** From now on weights are copied on the device too; null ends it. */
  void copyTo(WeightCopies place) {
    copies = place;
  }

  /** Hands over what the viewer requests, if it is time. For the thread that trains. */
  void offer(Study study, SceneInfo info, Trainer trainer) {
    step = trainer.stepsTaken();
    long start = System.nanoTime();
    if (!wanted || start < next) {
      return;
    }
    wanted = false;
    WeightCopies place = copies;
    boolean device =
        place != null
            && place.fit(study.shape(), study.models())
            && trainer instanceof DeviceWeights weights
            && weights.notContiguousReason().isEmpty();
    long numbers = (long) info.vectors() * info.hidden();
    Scene newer = scene;
    if (!device || numbers <= SMALL || start >= nextHost || newer.info() != info) {
      newer = SceneFactory.scene(info, trainer.stepsTaken(), trainer.snapshot(), trainer.losses());
      nextHost = System.nanoTime() + HOST_NANOS;
    }
    if (device) {
      place.take((DeviceWeights) trainer, new WeightCopies.Copy(trainer.stepsTaken(), newer));
    }
    scene = newer;
    long now = System.nanoTime();
    next = now + Math.max(FASTEST_NANOS, TIMES * (now - start));
  }
}
