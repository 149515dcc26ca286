package toymodels.backend.cpu;

/**
 * The loops of a step in Gram form over outputs, docs/arithmetic.md section 5: {@link
 * ScalarGramKernels} and {@link VectorGramKernels} give the same bits at every number of lanes.
 */
interface GramKernels {
  /** Outputs in a vector: 1, 4, 8 or 16. */
  int lanes();

  /** The bits of the weights, and G. */
  void gram(GramSums g);

  /** Writes dG, A and C of all inputs with one active feature, the target left out. */
  void oneActive(GramSums g);

  /** Adds the first {@code samples} samples of a chunk, one entry each. */
  void one(GramSums g, int samples);

  /** Adds the first {@code samples} samples of a chunk, two entries each. */
  void two(GramSums g, int samples);

  /** Adds the first {@code samples} samples of a chunk, with any number of entries. */
  void more(GramSums g, int samples);

  /** ∂/∂Wₖᵢ = scale · Σⱼ Wₖⱼ Hⱼᵢ from H in {@link GramSums#gramGradient}. */
  void finish(GramSums g, float scale);
}
