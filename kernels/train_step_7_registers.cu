// Rung 7, registers: rung 5's block with weights and gradient sums in registers.
//
// Parallel over: models (blocks), sample lanes and rows of features (threads); register_model.cuh.
// Registers hold a row's weights and sums over a whole tile; shared memory the inputs, hidden units
// and output gradients of up to 256 samples, and the weights once more for the sums over features;
// global memory the moments. Removes from rung 5 the reading and writing of every sum for every
// sample, and two thirds of its barriers; costs that rows of weights must be compiled.
// Java reference: toymodels.backend.reference.ReferenceTrainer.
#include "register_model.cuh"

// OWN features of each of 16 rows, M hidden dimensions; rounds of 16 samples at a time; whether
// weights stay in registers beside their sums; blocks of an SM. RegisterLaunch has the same list.
#define REGISTERS(OWN, M, ROUNDS, KEPT, BLOCKS)                \
  extern "C" __global__ void __launch_bounds__(256, BLOCKS)       \
      registers_##OWN##_##M(const __grid_constant__ Training t) { \
    train_in_registers<OWN, M, ROUNDS, KEPT>(t);                  \
  }
REGISTERS(2, 10, 8, true, 2)
REGISTERS(3, 10, 8, true, 2)
REGISTERS(5, 10, 8, true, 1)
REGISTERS(7, 5, 8, true, 1)
REGISTERS(5, 20, 16, true, 1)
REGISTERS(7, 20, 8, false, 1)
