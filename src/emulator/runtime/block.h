// One thread block at a time on one OS thread: the scheduler of its fibers.
#pragma once
#include <setjmp.h>

#include <string>

#include "fiber.h"
#include "launch.h"

namespace simt {

// Which lanes of a warp can run, have arrived at a warp operation, wait at the barrier, live.
struct Warp {
  unsigned runnable, arrived, atBarrier, live;
};

class Block {
 public:
  Result run(const Launch& launch, uint3 index, uint64_t seed);
  ~Block();

  void barrier(const char* file, int line);
  void warp(unsigned mask, int operation, void* argument, SimtWarpFunction function,
            const char* what, const char* file, int line);
  [[noreturn]] void fail(int outcome, const std::string& message);

  // True between the start of the first thread and the end of the last: faults are the kernel's.
  bool inKernel() const { return inKernel_; }
  const SimtKernel* kernel() const { return launch_.kernel; }

  // The block that runs on the calling OS thread, or null.
  static Block* current();

 private:
  static void entry();
  void threads();
  void reset(uint3 index);
  int next(int from);
  int nextRandom();
  void switchTo(int to);
  void park();
  void leave();
  void releaseBarrier();
  void releaseWarp(Warp& warp, Fiber* lanes, unsigned need, unsigned mask,
                   SimtWarpFunction function, const char* what, const char* file, int line);
  std::string deadlock(uint3 index) const;

  Launch launch_{};
  Fiber* fibers_ = nullptr;
  int capacity_ = 0, count_ = 0, warps_ = 0, live_ = 0, arrived_ = 0, running_ = -1;
  Warp warp_[32];
  uint64_t random_ = 0;
  bool scheduleRandomly_ = false;
  volatile bool inKernel_ = false;
  Result result_;
  sigjmp_buf escape_;
  void* mainStackPointer_ = nullptr;
  void* mainTsan_ = nullptr;
  void* mainFakeStack_ = nullptr;
  const void* mainStackBottom_ = nullptr;
  size_t mainStackBytes_ = 0;
  char barrierToken_ = 0;
  char warpToken_[32];
};

}  // namespace simt
