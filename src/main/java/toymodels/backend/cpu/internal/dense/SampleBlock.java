package toymodels.backend.cpu.internal.dense;

/**
 * A block of samples on its way through a step.
 *
 * @param features (vectors, 2, features, V): d and x
 * @param hidden (vectors, 2, hidden, V): g and dh
 * @param loss (vectors, feature lanes, V)
 */
public record SampleBlock(float[] features, float[] hidden, float[] loss) {
  public static SampleBlock of(SampleBlockRows rows, int featureLanes) {
    return new SampleBlock(
        new float[Kernels.ARRAY_OFFSET + rows.vectors() * rows.featureStep()],
        new float[Kernels.ARRAY_OFFSET + rows.vectors() * rows.hiddenStep()],
        new float[Kernels.ARRAY_OFFSET + rows.vectors() * featureLanes * rows.lanes()]);
  }
}
