// Allocation, copies and fills of the driver API.
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include "memory.h"
#include "stream.h"

using namespace emulator;

// Pinned host memory, and how many queued copies will still read or write it.
struct Pinned {
  size_t bytes;
  std::shared_ptr<int> copies;
};

static std::map<uintptr_t, Pinned>& pinned() {
  static auto* table = new std::map<uintptr_t, Pinned>();
  return *table;
}

// The entry that holds the address, or null.
static const Pinned* pinnedAt(const void* address) {
  uintptr_t p = reinterpret_cast<uintptr_t>(address);
  auto after = pinned().upper_bound(p);
  if (after == pinned().begin()) return nullptr;
  --after;
  return p < after->first + after->second.bytes ? &after->second : nullptr;
}

bool emulator::isPinned(const void* address) {
  Locked lock(stateMutex);
  return pinnedAt(address) != nullptr;
}

// Held by a queued copy for as long as it is queued; null for pageable memory.
static std::shared_ptr<void> use(const void* address) {
  Locked lock(stateMutex);
  const Pinned* found = pinnedAt(address);
  if (!found) return nullptr;
  std::shared_ptr<int> copies = found->copies;
  ++*copies;
  return std::shared_ptr<void>(copies.get(), [copies](void*) {
    Locked release(stateMutex);
    --*copies;
  });
}

static CUresult inside(CUdeviceptr address, size_t bytes, const char* what) {
  Locked lock(stateMutex);
  if (bytes == 0) return CUDA_SUCCESS;
  const Allocation* a = find(address, bytes);
  if (!a) {
    return fail(CUDA_ERROR_INVALID_VALUE,
                std::string(what) + ": " + std::to_string(bytes) + " bytes there are not inside one allocation");
  }
  if (a->owner->device != currentContext()->device) {
    return fail(CUDA_ERROR_INVALID_VALUE, std::string(what) + ": the memory belongs to device " +
                                              std::to_string(a->owner->device) + ", the context to device " +
                                              std::to_string(currentContext()->device));
  }
  return CUDA_SUCCESS;
}

#define NEED_INSIDE(address, bytes)                                            \
  do {                                                                         \
    if (CUresult outside = inside(address, bytes, __func__)) return outside;   \
  } while (0)

static void* at(CUdeviceptr address) { return reinterpret_cast<void*>(address); }

CUDA_API cuMemAlloc_v2(CUdeviceptr* address, size_t bytes) {
  NEED_CONTEXT;
  return allocate(currentContext(), bytes, address);
}

CUDA_API cuMemFree_v2(CUdeviceptr address) {
  if (!address) return CUDA_SUCCESS;
  CUcontext context = currentContext();
  // Freeing waits for the work that may still use the memory.
  if (context && !context->sticky) finishAll(context);
  return release(address);
}

CUDA_API cuMemAllocAsync(CUdeviceptr* address, size_t bytes, CUstream) { return cuMemAlloc_v2(address, bytes); }

CUDA_API cuMemFreeAsync(CUdeviceptr address, CUstream stream) {
  NEED_CONTEXT;
  return enqueue(stream, [address] { return release(address); });
}

CUDA_API cuMemHostAlloc(void** address, size_t bytes, unsigned) {
  NEED_CONTEXT;
  if (allocationFails()) return fail(CUDA_ERROR_OUT_OF_MEMORY, "cuMemHostAlloc: made to fail");
  *address = aligned_alloc(4096, (bytes + 4095) / 4096 * 4096);
  if (!*address) return fail(CUDA_ERROR_OUT_OF_MEMORY, "cuMemHostAlloc: the host has no memory left");
  Locked lock(stateMutex);
  pinned()[reinterpret_cast<uintptr_t>(*address)] = {bytes, std::make_shared<int>(0)};
  born(*address, "pinned host memory", std::to_string(bytes) + " bytes");
  return CUDA_SUCCESS;
}

CUDA_API cuMemAllocHost_v2(void** address, size_t bytes) { return cuMemHostAlloc(address, bytes, 0); }

CUDA_API cuMemFreeHost(void* address) {
  Locked lock(stateMutex);
  auto found = pinned().find(reinterpret_cast<uintptr_t>(address));
  if (found == pinned().end()) {
    return fail(CUDA_ERROR_INVALID_VALUE, "cuMemFreeHost of memory that was not pinned (freed twice?)");
  }
  CUcontext context = currentContext();
  if (*found->second.copies > 0 && context && !context->sticky) {
    return fail(CUDA_ERROR_INVALID_VALUE, "cuMemFreeHost of memory that " + std::to_string(*found->second.copies) +
                                              " queued copies still read or write");
  }
  pinned().erase(found);
  dies(address);
  free(address);
  return CUDA_SUCCESS;
}

CUDA_API cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void* from, size_t bytes, CUstream stream) {
  NEED_CONTEXT;
  NEED_INSIDE(to, bytes);
  // Pinned memory is read when the copy runs; pageable memory the driver stages before it returns.
  if (std::shared_ptr<void> used = use(from)) {
    return enqueue(stream, [=] {
      (void)used;
      memcpy(at(to), from, bytes);
      return CUDA_SUCCESS;
    });
  }
  auto staged = std::make_shared<std::vector<char>>(static_cast<const char*>(from),
                                                    static_cast<const char*>(from) + bytes);
  return enqueue(stream, [=] {
    memcpy(at(to), staged->data(), bytes);
    return CUDA_SUCCESS;
  });
}

CUDA_API cuMemcpyDtoHAsync_v2(void* to, CUdeviceptr from, size_t bytes, CUstream stream) {
  NEED_CONTEXT;
  NEED_INSIDE(from, bytes);
  std::shared_ptr<void> used = use(to);
  CUresult queued = enqueue(stream, [=] {
    (void)used;
    memcpy(to, at(from), bytes);
    return CUDA_SUCCESS;
  });
  return queued || used ? queued : finish(stream);
}

CUDA_API cuMemcpyDtoDAsync_v2(CUdeviceptr to, CUdeviceptr from, size_t bytes, CUstream stream) {
  NEED_CONTEXT;
  NEED_INSIDE(to, bytes);
  NEED_INSIDE(from, bytes);
  return enqueue(stream, [=] {
    memmove(at(to), at(from), bytes);
    return CUDA_SUCCESS;
  });
}

static CUresult finished(CUresult queued) { return queued ? queued : finish(nullptr); }

// From pageable memory the driver synchronises the default stream, and returns once it has staged
// the bytes: they may still be under way to the device, and only the default stream and those that
// wait for it come after them.
CUDA_API cuMemcpyHtoD_v2(CUdeviceptr to, const void* from, size_t bytes) {
  NEED_CONTEXT;
  if (CUresult error = finish(nullptr)) return error;
  CUresult queued = cuMemcpyHtoDAsync_v2(to, from, bytes, nullptr);
  return isPinned(from) ? finished(queued) : queued;
}

CUDA_API cuMemcpyDtoH_v2(void* to, CUdeviceptr from, size_t bytes) {
  return finished(cuMemcpyDtoHAsync_v2(to, from, bytes, nullptr));
}

// Neither copies within the device nor fills of it are waited for by the host.
CUDA_API cuMemcpyDtoD_v2(CUdeviceptr to, CUdeviceptr from, size_t bytes) {
  return cuMemcpyDtoDAsync_v2(to, from, bytes, nullptr);
}

CUDA_API cuMemsetD8Async(CUdeviceptr to, unsigned char value, size_t count, CUstream stream) {
  NEED_CONTEXT;
  NEED_INSIDE(to, count);
  return enqueue(stream, [=] {
    memset(at(to), value, count);
    return CUDA_SUCCESS;
  });
}

CUDA_API cuMemsetD32Async(CUdeviceptr to, unsigned value, size_t count, CUstream stream) {
  NEED_CONTEXT;
  NEED_INSIDE(to, 4 * count);
  return enqueue(stream, [=] {
    auto* words = static_cast<unsigned*>(at(to));
    for (size_t i = 0; i < count; i++) words[i] = value;
    return CUDA_SUCCESS;
  });
}

CUDA_API cuMemsetD8_v2(CUdeviceptr to, unsigned char value, size_t count) {
  return cuMemsetD8Async(to, value, count, nullptr);
}

CUDA_API cuMemsetD32_v2(CUdeviceptr to, unsigned value, size_t count) {
  return cuMemsetD32Async(to, value, count, nullptr);
}
