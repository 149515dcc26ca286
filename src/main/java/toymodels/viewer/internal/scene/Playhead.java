package toymodels.viewer.internal.scene;

import toymodels.viewer.Scene;
import toymodels.viewer.SceneSource;
import toymodels.viewer.Timeline;

/** Which step of a course is shown: the newest, or an earlier one that may be played on. */
public final class Playhead {
  /** Seconds in which a finished course is played from start to end. */
  private static final double SECONDS = 12;

  private static final double NEWEST = -1;

  private double step = NEWEST;
  private boolean playing;

  /** Whether the newest step is shown, whatever comes. */
  public boolean atNewest() {
    return step < 0;
  }

  public boolean playing() {
    return playing;
  }

  /** The step shown; negative for the newest. */
  public int step() {
    return (int) step;
  }

  public Scene scene(SceneSource source) {
    return atNewest() ? source.newest() : source.at(step());
  }

  /** Lets time pass; equal time for equal parts of the time bar's axis. */
  public void tick(double seconds, Timeline timeline) {
    if (playing && !atNewest()) {
      double last = timeline.last();
      step = 20 * Math.expm1(Math.log1p(step / 20) + seconds / SECONDS * Math.log1p(last / 20));
      if (step >= last) {
        toNewest();
      }
    }
  }

  public void toNewest() {
    step = NEWEST;
    playing = false;
  }

  public void toFirst() {
    step = 0;
  }

  /** Plays from the start or on, or stops. */
  public void play() {
    playing = atNewest() || !playing;
    step = Math.max(step, 0);
  }

  /** Shows the given step from now on; the newest if there is none so late. */
  public void seek(int wanted, int newest) {
    step = wanted >= newest ? NEWEST : Math.max(0, wanted);
  }

  /** Goes on by so many keyframes. */
  public void move(int keyframes, SceneSource source) {
    Timeline timeline = source.timeline();
    int[] frames = timeline.keyframes();
    if (frames.length == 0) {
      return;
    }
    playing = false;
    boolean lastIsNewest = frames[frames.length - 1] >= source.newest().step();
    int newest = lastIsNewest ? frames.length - 1 : frames.length;
    int current = atNewest() ? newest : timeline.keyframeAt(step());
    int next = Math.max(0, current + keyframes);
    step = next >= frames.length ? NEWEST : frames[next];
  }
}
