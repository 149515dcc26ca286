// Kernels with one planted bug each, and one without: the tests show that the emulator names them.

// 16 bytes, the one parameter of every kernel here.
struct Planted {
  float* out;
  int n;
  int unused;
};

extern __shared__ __align__(16) float arena[];

// Each thread writes its neighbour's value; correct, so that every checker must stay silent.
extern "C" __global__ void planted_none(const __grid_constant__ Planted a) {
  arena[threadIdx.x] = (float)threadIdx.x;
  __syncthreads();
  a.out[blockIdx.x * blockDim.x + threadIdx.x] = arena[(threadIdx.x + 1) % blockDim.x];
}

extern "C" __global__ void planted_missing_barrier(const __grid_constant__ Planted a) {
  arena[threadIdx.x] = (float)threadIdx.x;
  a.out[threadIdx.x] = arena[(threadIdx.x + 1) % blockDim.x];
}

extern "C" __global__ void planted_past_the_end(const __grid_constant__ Planted a) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i <= a.n) a.out[i] = 1.0f;
}

extern "C" __global__ void planted_past_shared(const __grid_constant__ Planted a) {
  arena[threadIdx.x + 1] = 1.0f;
  __syncthreads();
  a.out[threadIdx.x] = arena[threadIdx.x];
}

extern "C" __global__ void planted_wild_pointer(const __grid_constant__ Planted a) {
  *(volatile float*)(a.out + (1ll << 33)) = 1.0f;
}

extern "C" __global__ void planted_divergent_barrier(const __grid_constant__ Planted a) {
  if (threadIdx.x < 16) {
    __syncthreads();
  } else {
    a.out[threadIdx.x] = __shfl_sync(0xffffffffu, 1.0f, 0);
  }
}

// As planted_missing_barrier, within a warp.
extern "C" __global__ void planted_missing_warp_barrier(const __grid_constant__ Planted a) {
  if (threadIdx.x >= 32) return;
  arena[threadIdx.x] = (float)threadIdx.x;
  a.out[threadIdx.x] = ((volatile float*)arena)[threadIdx.x ^ 1];
}

extern "C" __global__ void planted_unwritten_shared(const __grid_constant__ Planted a) {
  if (threadIdx.x % 2 == 0) arena[threadIdx.x] = 1.0f;
  __syncthreads();
  a.out[threadIdx.x] = arena[threadIdx.x];
}

// The caller writes its buffer up to n; memory begins as 0xCD.
extern "C" __global__ void planted_unwritten_global(const __grid_constant__ Planted a) {
  float* own = a.out + a.n - blockDim.x;
  if (threadIdx.x == 0) *(volatile unsigned*)own = 0xCDCDCDCDu;
  __syncthreads();
  if (threadIdx.x == 1) a.out[0] = *(volatile float*)own;
}

extern "C" __global__ void planted_misaligned(const __grid_constant__ Planted a) {
  long long pair = *(volatile long long*)(a.out + threadIdx.x);
  a.out[threadIdx.x] = (float)pair;
}

// Lane 31 is asked for a value by a mask that leaves it out.
extern "C" __global__ void planted_absent_lane(const __grid_constant__ Planted a) {
  a.out[threadIdx.x] = __shfl_xor_sync(0x7fffffffu, 1.0f, 1);
}

// All blocks read and write one word without an atomic.
extern "C" __global__ void planted_block_race(const __grid_constant__ Planted a) {
  if (threadIdx.x > 0) return;
  a.out[0] = a.out[0] + 1.0f;
}

// Waits for a flag that nobody raises.
extern "C" __global__ void planted_endless(const __grid_constant__ Planted a) {
  while (*(volatile float*)a.out == 0.0f) {
  }
}
