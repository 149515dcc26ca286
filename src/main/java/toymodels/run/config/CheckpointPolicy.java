package toymodels.run.config;

/**
 * How often a run saves all its state: whichever of the two comes first.
 *
 * @param every steps between two checkpoints, at least 1: what a sudden end loses at most
 * @param seconds time between two checkpoints, above 0
 * @param readBack whether every file is read again after it was written, and compared
 */
public record CheckpointPolicy(int every, double seconds, boolean readBack) {
  public static final CheckpointPolicy STANDARD = new CheckpointPolicy(1000, 30, true);

  public CheckpointPolicy {
    if (every < 1 || !(seconds > 0)) {
      throw new IllegalArgumentException(
          "a checkpoint every %d steps or %s seconds, both must be above 0"
              .formatted(every, seconds));
    }
  }
}
