// What the driver asks of the SIMT runtime: run a grid, stop a grid.
#pragma once
#include <cstdint>
#include <string>

#include "../shim/registration.h"
#include "../shim/simt.h"

namespace simt {

// CUDA's own numbers, so that the driver can hand them on.
enum Outcome { COMPLETED = 0, ILLEGAL_ADDRESS = 700, LAUNCH_TIMEOUT = 702, LAUNCH_FAILED = 719 };

struct Launch {
  const SimtKernel* kernel;
  dim3 grid, block;
  size_t dynamicShared;
  void** parameters;
  uint64_t schedule;  // 0: lanes in order; else the seed of a random order of lanes and blocks
};

struct Result {
  int outcome;
  std::string message;
};

// Runs every block of the grid on a pool of OS threads, one per core; returns when all have ended.
Result run(const Launch& launch);

// Ends the kernels that run now, as a driver's watchdog does (LAUNCH_TIMEOUT).
void cancel();

const SimtKernel* findKernel(const char* name);

// Says where an address lies relative to a device allocation; set by the driver.
extern std::string (*describeAddress)(const void* address);

// Prepares and checks the dynamic shared memory of the calling OS thread; set by the kernels.
extern void (*prepareShared)(size_t bytes);
extern bool (*sharedOverrun)(size_t bytes);

}  // namespace simt
