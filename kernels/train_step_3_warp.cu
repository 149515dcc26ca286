// Rung 3, warp: one launch a step, one model on 16 or 32 lanes, sums in registers.
//
// Parallel over: models and sample lanes; warp_model.cuh. Registers hold weights and gradient sums,
// shuffles add them up; global memory holds the state between steps. Removes from rung 2 every
// barrier of the block and nearly every access to shared memory; costs that shapes must be compiled.
// Java reference: toymodels.backend.reference.ReferenceModel.
#include "warp_model.cuh"

#define WARP(Q, N, M)                                                     \
  extern "C" __global__ void __launch_bounds__(WarpBlock<Q>::THREADS, 4)  \
      warp_##Q##_##N##_##M(const __grid_constant__ Training t) {          \
    train_on_warp<Q, N, M>(t);                                            \
  }
WARP_SHAPES(WARP)
