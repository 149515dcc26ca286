// Rung 4, resident: many whole steps in one launch, nothing leaving the registers between them.
//
// Parallel over: models; one model has 16 or 32 lanes of a warp (warp_model.cuh). Registers hold
// weights, gradient sums and Adam's moments; shared memory the rules of the features and one
// exchange of parameters a step; global memory is read at the start and written at the end. Removes
// from rung 3 the reading and writing of state, and the launch, of every step.
// Java reference: toymodels.backend.reference.ReferenceTrainer.
#include "warp_model.cuh"

#define RESIDENT(Q, N, M)                                                                  \
  extern "C" __global__ void __launch_bounds__(WarpBlock<Q>::THREADS, 4)                      \
      resident_##Q##_##N##_##M(const __grid_constant__ Training t) {                       \
    train_on_warp<Q, N, M>(t);                                                             \
  }
WARP_SHAPES(RESIDENT)
