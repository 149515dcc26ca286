package toymodels.backend.cpu.internal.sparse;

import toymodels.data.SparseSamples;

/**
 * The loops of a step by active features through layers with a hidden ReLU, a chunk of samples at a
 * time, docs/arithmetic.md section 5: {@link ScalarSparseLayerKernels} and {@code
 * VectorSparseLayerKernels} give the same bits at every number of lanes.
 */
public interface SparseLayerKernels {
  /** Hidden units or outputs in a vector: 1, 4, 8 or 16. */
  int lanes();

  /** h = ReLU(W₁ x) of samples of a list, and their units that are not 0. */
  void hidden(SparseForwardBackward s, SparseSamples list, int first, int count);

  /** b + W₂ h of so many samples, over their listed units. */
  void outputs(SparseForwardBackward s, int count);

  /** d from pre-activations and targets, and the outputs where it is not 0; ∂/∂b and the loss. */
  void errors(SparseForwardBackward s, int count);

  /** W₂ᵀ d of so many samples, over their listed outputs, and what they add to ∂/∂W₂. */
  void back(SparseForwardBackward s, int count);

  /** Adds to ∂/∂W₁ of the active features, for samples that have listed outputs. */
  void inputs(SparseForwardBackward s, SparseSamples list, int first, int count);
}
