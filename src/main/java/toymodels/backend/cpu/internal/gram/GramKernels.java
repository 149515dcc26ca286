package toymodels.backend.cpu.internal.gram;

import toymodels.data.SparseSamples;

/**
 * The loops of a step in Gram form over outputs, docs/arithmetic.md section 5: {@link
 * ScalarGramKernels} and {@code VectorGramKernels} give the same bits at every number of lanes.
 */
public interface GramKernels {
  /** Outputs in a vector: 1, 4, 8 or 16. */
  int lanes();

  /** The bits of the weights, and G. */
  void gram(GramSums g);

  /** Writes dG, A and C of all inputs with one active feature, the target left out. */
  void oneActive(GramSums g);

  /**
   * Adds inputs with no active feature, of probability {@code none}, and what inputs with one add
   * up to: A, C, and the target of the feature itself.
   */
  void noneAndOwn(GramSums g, float none);

  /** Adds so many samples without active features. */
  void zeros(GramSums g, int samples);

  /** Adds samples: those with one active feature, with two, with more. */
  void samples(GramSums g, SparseSamples list);

  /** ∂/∂Wₖᵢ = scale · Σⱼ Wₖⱼ Hⱼᵢ from H in {@link GramSums#gramGradient}. */
  void finish(GramSums g, float scale);
}
