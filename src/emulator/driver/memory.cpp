#include "memory.h"

#include <sys/mman.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace emulator {

static const size_t PAGE = 4096;
static const size_t ALIGNMENT = 256;  // cuMemAlloc's own promise
static const unsigned char CANARY = 0xA7;
// Uninitialised memory is visible garbage: -4.3e8 as a float.
static const unsigned char GARBAGE = 0xCD;
static const size_t GARBAGE_LIMIT = 1 << 20;

static std::map<uintptr_t, Allocation>& allocations() {
  static auto* table = new std::map<uintptr_t, Allocation>();
  return *table;
}

static std::map<int, size_t>& used() {
  static auto* table = new std::map<int, size_t>();
  return *table;
}

static size_t rounded(size_t bytes, size_t to) { return (bytes + to - 1) / to * to; }

// The end of the buffer is as near to a page without access as the alignment lets it be, and the
// few bytes between hold a canary.
static bool map(size_t bytes, Allocation& a) {
  size_t padded = rounded(bytes, ALIGNMENT), body = rounded(padded, PAGE);
  void* memory = mmap(nullptr, body + 2 * PAGE, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return false;
  a.mapping = static_cast<char*>(memory);
  a.mappedBytes = body + 2 * PAGE;
  mprotect(a.mapping, PAGE, PROT_NONE);
  mprotect(a.mapping + PAGE + body, PAGE, PROT_NONE);
  a.address = a.mapping + PAGE + body - padded;
  memset(a.address + bytes, CANARY, padded - bytes);
  return true;
}
static void unmap(const Allocation& a) { munmap(a.mapping, a.mappedBytes); }
static bool canaryHolds(const Allocation& a) {
  if (!a.mapping) return true;
  for (size_t i = a.bytes; i < rounded(a.bytes, ALIGNMENT); i++) {
    if (static_cast<unsigned char>(a.address[i]) != CANARY) return false;
  }
  return true;
}

CUresult allocate(CUcontext context, size_t bytes, CUdeviceptr* address) {
  if (bytes == 0) return fail(CUDA_ERROR_INVALID_VALUE, "cuMemAlloc of 0 bytes");
  Locked lock(stateMutex);
  if (allocationFails()) {
    return fail(CUDA_ERROR_OUT_OF_MEMORY, "cuMemAlloc of " + std::to_string(bytes) + " bytes: made to fail");
  }
  size_t& inUse = used()[context->device];
  if (bytes > settings.memoryBytes || inUse > settings.memoryBytes - bytes) {
    return fail(CUDA_ERROR_OUT_OF_MEMORY,
                "cuMemAlloc of " + std::to_string(bytes) + " bytes: device " + std::to_string(context->device) +
                    " has " + std::to_string(settings.memoryBytes - inUse) + " free");
  }
  Allocation a{nullptr, 0, nullptr, bytes, context};
  if (!map(bytes, a)) return fail(CUDA_ERROR_OUT_OF_MEMORY, "cuMemAlloc: the host has no memory left");
  memset(a.address, GARBAGE, bytes < GARBAGE_LIMIT ? bytes : GARBAGE_LIMIT);
  inUse += bytes;
  allocations()[reinterpret_cast<uintptr_t>(a.address)] = a;
  born(a.address, "device memory", std::to_string(bytes) + " bytes on device " + std::to_string(context->device));
  *address = reinterpret_cast<CUdeviceptr>(a.address);
  return CUDA_SUCCESS;
}

CUresult release(CUdeviceptr address) {
  Locked lock(stateMutex);
  auto found = allocations().find(address);
  if (found == allocations().end() || !found->second.mapping) {
    return fail(CUDA_ERROR_INVALID_VALUE, "cuMemFree of an address that is no allocation (freed twice?)");
  }
  Allocation a = found->second;
  bool whole = canaryHolds(a);
  used()[a.owner->device] -= a.bytes;
  dies(a.address);
  allocations().erase(found);
  unmap(a);
  if (whole) return CUDA_SUCCESS;
  return fail(CUDA_ERROR_ILLEGAL_ADDRESS, "out-of-bounds write just past a buffer of " + std::to_string(a.bytes) +
                                              " bytes, found when it was freed");
}

void freeAllOf(CUcontext context) {
  Locked lock(stateMutex);
  std::vector<CUdeviceptr> own;
  for (const auto& [address, a] : allocations()) {
    if (a.owner == context && a.mapping) own.push_back(address);
  }
  for (CUdeviceptr address : own) release(address);
}

void lend(void* address, size_t bytes, CUcontext context) {
  Locked lock(stateMutex);
  allocations()[reinterpret_cast<uintptr_t>(address)] = {nullptr, 0, static_cast<char*>(address), bytes, context};
}

void takeBack(void* address) {
  Locked lock(stateMutex);
  allocations().erase(reinterpret_cast<uintptr_t>(address));
}

const Allocation* holding(CUdeviceptr address) {
  auto after = allocations().upper_bound(address);
  if (after == allocations().begin()) return nullptr;
  const Allocation& a = (--after)->second;
  return address < reinterpret_cast<uintptr_t>(a.address) + a.bytes ? &a : nullptr;
}

const Allocation* find(CUdeviceptr address, size_t bytes) {
  const Allocation* a = holding(address);
  return a && address + bytes <= reinterpret_cast<uintptr_t>(a->address) + a->bytes ? a : nullptr;
}

std::string brokenCanary() {
  Locked lock(stateMutex);
  for (const auto& [address, a] : allocations()) {
    if (!canaryHolds(a)) {
      return "out-of-bounds write just past a buffer of " + std::to_string(a.bytes) + " bytes";
    }
  }
  return "";
}

size_t usedBytes(int device) {
  Locked lock(stateMutex);
  return used()[device];
}

size_t liveBytes() {
  Locked lock(stateMutex);
  size_t sum = 0;
  for (const auto& [device, bytes] : used()) sum += bytes;
  return sum;
}

std::vector<ptx::Range> allRanges() {
  Locked lock(stateMutex);
  std::vector<ptx::Range> ranges;
  for (const auto& [address, a] : allocations()) ranges.push_back({address, address + a.bytes});
  return ranges;
}

}  // namespace emulator
