// Kernels with one planted bug each, and one without: the tests show that the emulator names them.
#ifndef SIMT_HOST_EMULATION
#include <stdint.h>
#endif

extern __shared__ float arena[];

// Each thread writes its neighbour's value; correct, so that every checker must stay silent.
extern "C" __global__ void planted_none(float* out) {
  arena[threadIdx.x] = (float)threadIdx.x;
  __syncthreads();
  out[blockIdx.x * blockDim.x + threadIdx.x] = arena[(threadIdx.x + 1) % blockDim.x];
}

extern "C" __global__ void planted_missing_barrier(float* out) {
  arena[threadIdx.x] = (float)threadIdx.x;
  out[threadIdx.x] = arena[(threadIdx.x + 1) % blockDim.x];
}

extern "C" __global__ void planted_past_the_end(float* out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i <= n) out[i] = 1.0f;
}

extern "C" __global__ void planted_past_shared(float* out) {
  arena[threadIdx.x + 1] = 1.0f;
  __syncthreads();
  out[threadIdx.x] = arena[threadIdx.x];
}

extern "C" __global__ void planted_wild_pointer(float* out) {
  *(volatile float*)(out + (1ll << 33)) = 1.0f;
}

extern "C" __global__ void planted_divergent_barrier(float* out) {
  if (threadIdx.x < 16) {
    __syncthreads();
  } else {
    out[threadIdx.x] = __shfl_sync(0xffffffffu, 1.0f, 0);
  }
}

// Two blocks read and write one word without an atomic.
extern "C" __global__ void planted_block_race(unsigned* out) { out[0] = out[0] + 1; }

// Waits for a flag that nobody raises.
extern "C" __global__ void planted_endless(volatile unsigned* flag) {
  while (*flag == 0) {
  }
}
