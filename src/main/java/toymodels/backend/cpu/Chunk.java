package toymodels.backend.cpu;

/**
 * Samples of a chunk on their way through a step.
 *
 * @param features (rounds, 2, features, V): d and x
 * @param hidden (rounds, 2, hidden, V): g and dh
 * @param loss (rounds, feature lanes, V)
 */
record Chunk(float[] features, float[] hidden, float[] loss) {
  static Chunk of(ChunkRows rows, int featureLanes) {
    return new Chunk(
        new float[Kernels.START + rows.rounds() * rows.featureStep()],
        new float[Kernels.START + rows.rounds() * rows.hiddenStep()],
        new float[Kernels.START + rows.rounds() * featureLanes * rows.lanes()]);
  }
}
