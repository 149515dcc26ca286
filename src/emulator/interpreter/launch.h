// Runs a grid of a decoded kernel, and says what it did wrong.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "program.h"

namespace ptx {

// CUDA's own numbers, so that the driver can hand them on.
enum Outcome { COMPLETED = 0, ILLEGAL_ADDRESS = 700, LAUNCH_TIMEOUT = 702, MISALIGNED_ADDRESS = 716, LAUNCH_FAILED = 719 };

struct Range {
  uint64_t from, to;  // addresses [from, to)
};

struct Launch {
  Kernel* kernel = nullptr;
  uint32_t grid[3] = {1, 1, 1}, block[3] = {1, 1, 1};
  size_t dynamicShared = 0;
  std::vector<uint8_t> parameters;  // Kernel::parameterBytes
  std::vector<Range> memory;        // sorted: all that a kernel may touch
  std::vector<uint64_t> variables;  // addresses, in the order of Program::variables
  uint64_t schedule = 0;            // 0: warps in turn, diverged lanes by least instruction; else a seed of random orders
  bool check = false;               // what a GPU lets pass is an error, too: see hazards.h
};

struct Result {
  int outcome = COMPLETED;
  std::string message;
};

// Runs every block on as many OS threads as there are cores, or CUDA_EMULATOR_WORKERS; checked
// launches on one. Returns when all blocks have ended.
Result run(const Launch& launch);

// Ends the kernels that run now, as a driver's watchdog does (LAUNCH_TIMEOUT).
void cancel();

}  // namespace ptx
