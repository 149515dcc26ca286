// Device memory: allocations with guard pages and canaries, each belonging to one context.
#pragma once
#include <string>
#include <vector>

#include "../interpreter/launch.h"
#include "state.h"

namespace emulator {

struct Allocation {
  char* mapping;  // null: memory of somebody else's (a mapped GL buffer, a module's variable)
  size_t mappedBytes;
  char* address;
  size_t bytes;
  CUcontext owner;
};

CUresult allocate(CUcontext context, size_t bytes, CUdeviceptr* address);
CUresult release(CUdeviceptr address);
void freeAllOf(CUcontext context);

// Makes memory of somebody else's known, and unknown again.
void lend(void* address, size_t bytes, CUcontext context);
void takeBack(void* address);

// Finds the allocation that holds all of [address, address + bytes), or null.
const Allocation* find(CUdeviceptr address, size_t bytes);

// The allocation that holds the address, or null: a parameter that happens to look like one.
const Allocation* holding(CUdeviceptr address);

// Empty, or which buffer was written past its end.
std::string brokenCanary();

size_t usedBytes(int device);
size_t liveBytes();

// All that kernels may touch, in the order of addresses.
std::vector<ptx::Range> allRanges();

bool isPinned(const void* address);

}  // namespace emulator
