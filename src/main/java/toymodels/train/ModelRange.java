package toymodels.train;

/**
 * Consecutive models of a study, such as one shard or one wave on a GPU.
 *
 * @param first the first model's id
 * @param count how many models
 */
public record ModelRange(int first, int count) {
  public ModelRange {
    if (first < 0 || count < 0 || first > Integer.MAX_VALUE - count) {
      throw new IllegalArgumentException(
          "a range of %d models from %d: both must be at least 0".formatted(count, first));
    }
  }

  public static ModelRange all(Study study) {
    return new ModelRange(0, study.models());
  }

  /** The id after the last. */
  public int end() {
    return first + count;
  }
}
