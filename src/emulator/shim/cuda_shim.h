// Lets g++ compile a CUDA source as plain C++: g++ -include cuda_shim.h -x c++ kernel.cu
//
// Only what this project's kernels use is here. Arithmetic is IEEE single precision as nvcc's
// --fmad=false makes it; the compiler must be given -ffp-contract=off -mfma.
#pragma once
#include <cmath>
#include <cstdio>
#include <cstring>
#include <type_traits>
#include <utility>

#include "simt.h"

#define __global__
#define __device__
#define __host__
#define __constant__
#define __forceinline__ inline __attribute__((always_inline))
#define __launch_bounds__(...)
#define __grid_constant__
#define __align__(bytes) __attribute__((aligned(bytes)))
// A block runs on one OS thread at a time, so its shared memory is that thread's own.
// Inside a function thread_local is implicitly static, as __shared__ is.
#define __shared__ thread_local

struct alignas(8) float2 {
  float x, y;
};
struct float3 {
  float x, y, z;
};
struct alignas(16) float4 {
  float x, y, z, w;
};
struct alignas(8) uint2 {
  unsigned x, y;
};
struct alignas(16) uint4 {
  unsigned x, y, z, w;
};
struct alignas(8) int2 {
  int x, y;
};
struct alignas(16) int4 {
  int x, y, z, w;
};

static inline float2 make_float2(float x, float y) { return {x, y}; }
static inline float3 make_float3(float x, float y, float z) { return {x, y, z}; }
static inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
static inline uint2 make_uint2(unsigned x, unsigned y) { return {x, y}; }
static inline uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) {
  return {x, y, z, w};
}
static inline int2 make_int2(int x, int y) { return {x, y}; }
static inline int4 make_int4(int x, int y, int z, int w) { return {x, y, z, w}; }

#define threadIdx (simt_current->thread)
#define blockIdx (simt_current->block)
#define blockDim (simt_current->blockDim)
#define gridDim (simt_current->gridDim)
#define warpSize 32

#include "collectives.h"
#include "intrinsics.h"
#include "registration.h"
