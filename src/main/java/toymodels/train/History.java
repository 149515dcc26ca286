package toymodels.train;

import java.util.Arrays;
import java.util.List;
import toymodels.model.ModelBatch;

/**
 * Parameters of all models at some steps.
 *
 * @param steps steps taken at each keyframe, ascending, (frames)
 * @param keyframes the parameters then, one batch a frame
 */
public record History(int[] steps, List<ModelBatch> keyframes) {
  public History {
    keyframes = List.copyOf(keyframes);
    if (steps.length != keyframes.size()) {
      throw new IllegalArgumentException(
          "a history of %d steps and %d keyframes".formatted(steps.length, keyframes.size()));
    }
  }

  /** The keyframes up to a step, itself included. */
  public History until(int step) {
    int count = (int) Arrays.stream(steps).filter(s -> s <= step).count();
    return new History(Arrays.copyOf(steps, count), keyframes.subList(0, count));
  }

  /** No keyframes. */
  public static History none() {
    return new History(new int[0], List.of());
  }
}
