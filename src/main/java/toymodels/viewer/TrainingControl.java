package toymodels.viewer;

/** What can be changed while models train. */
public enum TrainingControl {
  /** Stops or goes on. */
  PAUSE,
  /** Densities times the value. */
  DENSITY,
  /** Importance of feature i becomes valueⁱ. */
  IMPORTANCE_DECAY,
  /** Learning rate times the value. */
  LEARNING_RATE,
  /** Adds normal noise of this standard deviation to all weights. */
  PERTURB,
  /** Goes on from the keyframe at this step, and forgets what came after it. */
  BRANCH
}
