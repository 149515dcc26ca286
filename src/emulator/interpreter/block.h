// A block of threads: warps in turn, each until it has to wait; barriers; shared memory.
#pragma once
#include <atomic>
#include <memory>

#include "hazards.h"
#include "launch.h"
#include "warp.h"

namespace ptx {

// Ends a launch.
struct Fault {
  Result result;
};

extern std::atomic<bool> cancelled;

// Kept by an OS thread from launch to launch, for its memory.
class Block {
 public:
  // Takes a launch on; run() then runs blocks of it, end() hands its counts to the kernel.
  void begin(const Launch& launch);
  void run(uint64_t index, uint64_t seed);
  void end();

 private:
  // block.cpp: which lanes run next.
  void reset(uint64_t index);
  void fillConstants(Warp& warp);
  bool step(Warp& warp);
  bool runReady(Warp& warp);
  bool passBarrier();
  [[noreturn]] void deadlock() const;
  uint64_t random();
  uint32_t leastRunnable(const Warp& warp) const;

  // execute.cpp: instructions one after another, until the lanes wait, part or return.
  void execute(Warp& warp, uint32_t pc, uint32_t lanes, bool ready);
  bool mustYield(const Warp& warp, uint32_t pc, uint32_t least) const;
  static void wait(Warp& warp, uint32_t pc, uint32_t lanes, uint32_t others, Waiting what);
  void leave(Warp& warp, uint32_t lanes);

  // collectives.cpp
  uint32_t complete(const Warp& warp, const Instruction& i, uint32_t lanes) const;
  void collective(Warp& warp, const Instruction& i, uint32_t lanes, uint32_t pc);
  void shuffle(Warp& warp, const Instruction& i, uint32_t lanes, uint32_t pc);
  void vote(Warp& warp, const Instruction& i, uint32_t lanes);

  // access.cpp
  uint8_t* locate(Warp& warp, const Instruction& i, uint32_t lane, Access access, uint32_t pc);
  const Range& rangeOf(uint64_t address, unsigned bytes, Access access, const Warp& warp, uint32_t lane, uint32_t pc);
  template <class F>
  bool plainly(const Warp& warp, const Instruction& i, uint32_t lanes, F f);
  void load(Warp& warp, const Instruction& i, uint32_t lanes, uint32_t pc);
  void store(Warp& warp, const Instruction& i, uint32_t lanes, uint32_t pc);
  void atomic(Warp& warp, const Instruction& i, uint32_t lanes, uint32_t pc);

  std::string place() const;
  [[noreturn]] void fault(int outcome, const std::string& what, uint32_t pc, const Warp& warp, uint32_t lane) const;
  [[noreturn]] void hazard(const std::string& what, uint32_t pc) const;

  const Launch* launch_ = nullptr;
  Kernel* kernel_ = nullptr;
  std::vector<Warp> warps_;
  AlignedBytes shared_;
  size_t sharedBytes_ = 0;
  uint64_t index_ = 0, random_ = 0;
  uint32_t threads_ = 0, live_ = 0;
  uint32_t axes_[3] = {0, 0, 0};
  Range near_{0, 0};  // the allocation last touched
  std::vector<uint64_t> issued_, lanes_;
  std::unique_ptr<Hazards> hazards_;  // null unless the launch is checked
};

}  // namespace ptx
