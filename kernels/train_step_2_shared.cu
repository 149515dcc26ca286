// Rung 2, shared: one launch a step, everything between a step's phases in shared memory.
//
// Parallel over: models (blocks), sample lanes and rows of units (threads); block_model.cuh. Shared
// memory holds inputs, hidden units, gradients and their sums; global memory the state. Removes from
// rung 1 four of five launches and all intermediates in global memory.
// Java reference: toymodels.backend.reference.ReferenceModel.
#include "block_model.cuh"

extern "C" __global__ void __launch_bounds__(BLOCK_THREADS)
    shared_step(const __grid_constant__ Training t) {
  train_on_block(t);
}
