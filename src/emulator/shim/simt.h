// The contract between kernels compiled for the host and the SIMT runtime that runs them.
#pragma once
#include <cstdint>

struct uint3 {
  unsigned x, y, z;
};

struct dim3 {
  unsigned x, y, z;
  constexpr dim3(unsigned a = 1, unsigned b = 1, unsigned c = 1) : x(a), y(b), z(c) {}
};

// Who a CUDA thread is: the built-in variables, and its place in the block in warps and lanes.
struct SimtThread {
  uint3 thread, block;
  dim3 blockDim, gridDim;
  int linear, lane, warp;
};

// What every lane of a warp hands in at a warp-wide operation, and the function that the last lane
// to arrive runs for all of them: arguments[lane] is null for lanes outside the mask.
typedef void (*SimtWarpFunction)(unsigned mask, void* const* arguments);

enum SimtWarpOperation { SIMT_SYNCWARP = 1, SIMT_SHUFFLE = 2, SIMT_VOTE = 3, SIMT_MMA = 4 };

extern "C" {
// The CUDA thread that runs on this OS thread now (8 bytes of static TLS).
extern __thread SimtThread* simt_current __attribute__((tls_model("initial-exec")));

// __syncthreads(): waits for every thread of the block that has not ended.
void simt_barrier(const char* file, int line);

// Waits for all lanes of mask to arrive with the same operation.
void simt_warp(unsigned mask, int operation, void* argument, SimtWarpFunction function,
               const char* what, const char* file, int line);

// Ends the block with CUDA_ERROR_LAUNCH_FAILED and this message.
[[noreturn]] void simt_trap(const char* message, const char* file, int line);
}
