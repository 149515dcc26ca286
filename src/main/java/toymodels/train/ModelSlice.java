package toymodels.train;

/**
 * Consecutive models of a study, such as one shard or one model chunk on a GPU.
 *
 * @param first the first model's id
 * @param count how many models
 */
public record ModelSlice(int first, int count) {
  public ModelSlice {
    if (first < 0 || count < 0 || first > Integer.MAX_VALUE - count) {
      throw new IllegalArgumentException(
          "a range of %d models from %d: both must be at least 0".formatted(count, first));
    }
  }

  public static ModelSlice all(Study study) {
    return new ModelSlice(0, study.models());
  }

  /** The id after the last. */
  public int end() {
    return first + count;
  }
}
