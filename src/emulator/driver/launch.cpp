// Kernel launches: everything a GPU would refuse is refused, then the grid runs.
#include "../interpreter/launch.h"

#include <atomic>
#include <cstring>
#include <vector>

#include "memory.h"
#include "module.h"
#include "stream.h"

using namespace emulator;

static std::atomic<uint64_t> launches{0};

uint64_t emulator_launches() { return launches; }

struct Dimensions {
  unsigned x, y, z;
};

// A copy of the parameters as they were at the call: they may change before the work runs.
static std::vector<uint8_t> copied(const ptx::Kernel& kernel, void** parameters) {
  std::vector<uint8_t> bytes(kernel.parameterBytes);
  for (size_t i = 0; i < kernel.parameters.size(); i++) {
    memcpy(bytes.data() + kernel.parameters[i].offset, parameters[i], kernel.parameters[i].size);
  }
  return bytes;
}

// A pointer into another device's memory would fault on a machine with two GPUs. Structures are
// searched word by word: a number that happens to be such an address is as good as impossible.
static std::string foreignPointer(const CUfunc_st& function, const std::vector<uint8_t>& parameters) {
  for (size_t i = 0; i < function.kernel->parameters.size(); i++) {
    const ptx::Parameter& parameter = function.kernel->parameters[i];
    for (size_t at = 0; at + sizeof(CUdeviceptr) <= parameter.size; at += sizeof(CUdeviceptr)) {
      CUdeviceptr address;
      memcpy(&address, parameters.data() + parameter.offset + at, sizeof address);
      Locked lock(stateMutex);
      const Allocation* a = holding(address);
      if (a && a->owner->device != function.context->device) {
        return "kernel " + function.name + ": parameter " + std::to_string(i) + ", byte " + std::to_string(at) +
               ", points into the memory of device " + std::to_string(a->owner->device) +
               ", the kernel runs on device " + std::to_string(function.context->device);
      }
    }
  }
  return "";
}

static CUresult runNow(CUcontext context, const CUfunc_st& function, Dimensions grid, Dimensions block, size_t shared,
                       const std::vector<uint8_t>& parameters) {
  std::string foreign = foreignPointer(function, parameters);
  if (!foreign.empty()) return stick(context, CUDA_ERROR_ILLEGAL_ADDRESS, foreign);
  launches++;
  ptx::Launch launch;
  launch.kernel = function.kernel;
  memcpy(launch.grid, &grid, sizeof grid);
  memcpy(launch.block, &block, sizeof block);
  launch.dynamicShared = shared;
  launch.parameters = parameters;
  launch.memory = allRanges();
  launch.variables = function.variables->addresses();
  launch.schedule = settings.schedule;
  launch.check = settings.check;
  ptx::Result result = ptx::run(launch);
  return result.outcome == ptx::COMPLETED ? CUDA_SUCCESS : stick(context, result.outcome, result.message);
}

static std::string refusal(const CUfunc_st& f, Dimensions grid, Dimensions block, size_t shared) {
  size_t threads = static_cast<size_t>(block.x) * block.y * block.z;
  if (!grid.x || !grid.y || !grid.z || grid.x > 2147483647u || grid.y > 65535 || grid.z > 65535) {
    return "a grid of " + std::to_string(grid.x) + " x " + std::to_string(grid.y) + " x " + std::to_string(grid.z);
  }
  if (!threads || threads > 1024 || block.z > 64) return "a block of " + std::to_string(threads) + " threads";
  if (f.kernel->maxThreads && threads > f.kernel->maxThreads) {
    return "a block of " + std::to_string(threads) + " threads, over its __launch_bounds__ of " +
           std::to_string(f.kernel->maxThreads);
  }
  if (shared > f.dynamicLimit || shared + f.kernel->sharedBytes > MAX_SHARED_BYTES) {
    return std::to_string(shared) + " bytes of dynamic shared memory, where " + std::to_string(f.dynamicLimit) +
           " are allowed (MAX_DYNAMIC_SHARED_SIZE_BYTES not set?)";
  }
  return "";
}

CUDA_API cuLaunchKernel(CUfunction function, unsigned gridX, unsigned gridY, unsigned gridZ, unsigned blockX,
                        unsigned blockY, unsigned blockZ, unsigned shared, CUstream stream, void** parameters,
                        void** extra) {
  if (settings.ignoreLaunches) {
    launches++;
    return CUDA_SUCCESS;
  }
  NEED_CONTEXT;
  if (extra) return fail(CUDA_ERROR_NOT_SUPPORTED, "cuLaunchKernel with extra parameters is not emulated");
  Dimensions grid{gridX, gridY, gridZ}, block{blockX, blockY, blockZ};
  std::string refused = refusal(*function, grid, block, shared);
  if (!refused.empty()) return fail(CUDA_ERROR_INVALID_VALUE, "kernel " + function->name + ": " + refused);
  CUcontext context = currentContext();
  if (function->context != context) {
    return fail(CUDA_ERROR_INVALID_HANDLE, "kernel " + function->name + " belongs to another context");
  }
  CUfunc_st copy = *function;
  std::vector<uint8_t> values = copied(*copy.kernel, parameters);
  return enqueue(stream, [=] { return runNow(context, copy, grid, block, shared, values); });
}
