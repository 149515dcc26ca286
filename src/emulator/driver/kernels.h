// The host builds of the kernels: a shared library beside this one, or named by
// CUDA_EMULATOR_KERNELS.
#pragma once

namespace emulator {

void loadHostKernels();

// The host address of a __constant__ or __device__ variable, or null.
void* hostVariable(const char* name);

}  // namespace emulator
