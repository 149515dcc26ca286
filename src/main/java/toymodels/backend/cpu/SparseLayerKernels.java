package toymodels.backend.cpu;

import toymodels.data.ActiveSamples;

/**
 * The loops of a step by active features through layers with a hidden ReLU, one sample at a time,
 * docs/arithmetic.md section 5: {@link ScalarSparseLayerKernels} and {@link
 * VectorSparseLayerKernels} give the same bits at every number of lanes.
 */
interface SparseLayerKernels {
  /** Hidden units or outputs in a vector: 1, 4, 8 or 16. */
  int lanes();

  /** h = ReLU(W₁ x) of a sample's entries {@code from} to {@code to - 1}. */
  void hidden(SparseLayers s, ActiveSamples list, int from, int to);

  /** b + W₂ h over the first so many units listed. */
  void outputs(SparseLayers s, int units);

  /** d of every output from its pre-activation and target; adds to ∂/∂b and the loss. */
  void errors(SparseLayers s);

  /** W₂ᵀ d over the first so many outputs listed, and what they add to ∂/∂W₂. */
  void back(SparseLayers s, int outputs);

  /** Adds to ∂/∂W₁ of the active features. */
  void inputs(SparseLayers s, ActiveSamples list, int from, int to);
}
