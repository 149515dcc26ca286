// Rung 5, block: rung 4's idea for shapes that registers cannot hold: many whole steps in one
// launch, weights and moments in shared memory all the while.
//
// Parallel over: models (blocks), sample lanes and rows of units (threads); block_model.cuh. Global
// memory is read at the start and written at the end. Removes from rung 2 the reading and writing
// of state, and the launch, of every step.
// Java reference: toymodels.backend.reference.ReferenceTrainer.
#include "block_model.cuh"

extern "C" __global__ void __launch_bounds__(BLOCK_THREADS)
    block_steps(const __grid_constant__ Training t) {
  train_on_block(t);
}
