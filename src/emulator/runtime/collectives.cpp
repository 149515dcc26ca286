// Barriers and warp operations: who waits, who is released, and what is wrong use.
#include <cstring>

#include "block.h"
#include "sanitizers.h"

namespace simt {

void Block::releaseBarrier() {
  for (int w = 0; w < warps_; w++) {
    warp_[w].runnable |= warp_[w].atBarrier;
    warp_[w].atBarrier = 0;
  }
  arrived_ = 0;
}

void Block::barrier(const char* file, int line) {
  Fiber& fiber = fibers_[running_];
  Warp& warp = warp_[running_ >> 5];
  unsigned lane = 1u << (running_ & 31);
  TSAN_RELEASE(&barrierToken_);
  fiber.what = "__syncthreads";
  fiber.file = file;
  fiber.line = line;
  if (++arrived_ == live_) {
    releaseBarrier();
    if (scheduleRandomly_) park();
  } else {
    fiber.state = AT_BARRIER;
    warp.runnable &= ~lane;
    warp.atBarrier |= lane;
    park();
    fiber.state = RUNNABLE;
  }
  TSAN_ACQUIRE(&barrierToken_);
}

void Block::releaseWarp(Warp& warp, Fiber* lanes, unsigned need, unsigned mask,
                        SimtWarpFunction function, const char* what, const char* file, int line) {
  void* arguments[32];
  for (int i = 0; i < 32; i++) {
    arguments[i] = nullptr;
    if (!(need >> i & 1)) continue;
    if (lanes[i].mask != mask || lanes[i].operation != lanes[simt_current->lane].operation) {
      simt_trap("lanes of one warp meet in different warp operations", file, line);
    }
    arguments[i] = lanes[i].argument;
  }
  if (need != mask) simt_trap("a warp operation's mask names a lane that has ended", file, line);
  (void)what;
  if (function) function(mask, arguments);
  warp.arrived &= ~mask;
  warp.runnable |= mask;
}

void Block::warp(unsigned mask, int operation, void* argument, SimtWarpFunction function,
                 const char* what, const char* file, int line) {
  int index = running_ >> 5, lane = running_ & 31;
  Warp& warp = warp_[index];
  Fiber* lanes = fibers_ + 32 * index;
  Fiber& fiber = lanes[lane];
  if (!(mask >> lane & 1)) simt_trap("a lane calls a warp operation whose mask leaves it out", file, line);
  // __syncwarp orders memory between lanes; a shuffle or a vote does not.
  if (operation == SIMT_SYNCWARP) TSAN_RELEASE(&warpToken_[index]);
  fiber.mask = mask;
  fiber.operation = operation;
  fiber.argument = argument;
  fiber.what = what;
  fiber.file = file;
  fiber.line = line;
  warp.arrived |= 1u << lane;
  unsigned need = mask & warp.live;
  if ((warp.arrived & need) == need) {
    releaseWarp(warp, lanes, need, mask, function, what, file, line);
    if (scheduleRandomly_) park();
  } else {
    fiber.state = AT_WARP;
    warp.runnable &= ~(1u << lane);
    park();
    fiber.state = RUNNABLE;
  }
  if (operation == SIMT_SYNCWARP) TSAN_ACQUIRE(&warpToken_[index]);
}

}  // namespace simt

extern "C" void simt_barrier(const char* file, int line) {
  simt::Block::current()->barrier(file, line);
}

extern "C" void simt_warp(unsigned mask, int operation, void* argument, SimtWarpFunction function,
                          const char* what, const char* file, int line) {
  simt::Block::current()->warp(mask, operation, argument, function, what, file, line);
}

extern "C" void simt_trap(const char* message, const char* file, int line) {
  const char* slash = strrchr(file, '/');
  simt::Block::current()->fail(simt::LAUNCH_FAILED, std::string(message) + " at " +
                                                        (slash ? slash + 1 : file) + ":" +
                                                        std::to_string(line));
}
