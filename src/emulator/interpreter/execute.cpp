// The interpreter's loop: a group of lanes, one instruction after another.
#include <bit>

#include "block.h"

namespace ptx {

// How many instructions a group runs before others have a turn, even if it spins.
static const uint64_t TURN = 1 << 20;
static const uint64_t RANDOM_TURN = 200;

// Where lanes have parted, those behind run first, so that they meet again; with a random schedule
// they meet where they happen to stand at one instruction.
bool Block::mustYield(const Warp& warp, uint32_t pc, uint32_t least) const {
  if (least == NONE) return false;
  if (!launch_->schedule && pc > least) return true;
  for (const Group& group : warp.groups) {
    if (group.waiting == RUNNABLE && group.pc == pc) return true;
  }
  return false;
}

// Carries on from an instruction; ready: it is a warp's operation whose company is complete.
void Block::execute(Warp& warp, uint32_t pc, uint32_t lanes, bool ready) {
  uint8_t* const file = warp.file.data();
  uint32_t* const predicates = warp.predicates.data();
  const Instruction* const code = kernel_->code.data();
  const uint32_t least = leastRunnable(warp);
  uint64_t turn = launch_->schedule ? 1 + random() % RANDOM_TURN : TURN;
  for (;; pc++) {
    if (!ready && (turn-- == 0 || mustYield(warp, pc, least))) {
      warp.put({pc, lanes, RUNNABLE});
      return;
    }
    const Instruction& i = code[pc];
    uint32_t active = lanes;
    if (i.guard != NONE) active &= i.guardNot ? ~predicates[i.guard] : predicates[i.guard];
    if (hazards_) {
      // The lanes that a guard leaves out have read it, and nothing else.
      std::string wrong = hazards_->reads(warp.index, pc, lanes, active);
      if (!wrong.empty()) hazard(wrong, pc);
    }
    if (i.action == SHUFFLE_LANES || i.action == VOTE || i.action == WARP_BARRIER) {
      if (active == 0) continue;
      if (active != lanes || (!ready && complete(warp, i, active) != active)) {
        wait(warp, pc, active, lanes & ~active, AT_WARP_OPERATION);
        return;
      }
    }
    ready = false;
    issued_[pc]++;
    lanes_[pc] += static_cast<uint64_t>(std::popcount(active));
    switch (i.action) {
      case COMPUTE:
        i.lanes(file, predicates, i, active);
        break;
      case LOAD:
        load(warp, i, active, pc);
        break;
      case STORE:
        store(warp, i, active, pc);
        break;
      case ATOMIC:
        atomic(warp, i, active, pc);
        break;
      case FENCE:
        break;
      case SHUFFLE_LANES:
      case VOTE:
      case WARP_BARRIER:
        collective(warp, i, active, pc);
        break;
      case BLOCK_BARRIER:
        if (active == 0) break;
        wait(warp, pc, active, lanes & ~active, AT_BLOCK_BARRIER);
        return;
      case BRANCH:
        if (cancelled.load(std::memory_order_relaxed)) throw Fault{{LAUNCH_TIMEOUT, place() + "stopped while it was running"}};
        if (active == 0) break;
        if (active != lanes) {
          warp.put({i.branch, active, RUNNABLE});
          warp.put({pc + 1, lanes & ~active, RUNNABLE});
          return;
        }
        pc = i.branch - 1;
        break;
      case RETURN:
        leave(warp, active);
        lanes &= ~active;
        if (lanes == 0) return;
        break;
    }
    if (hazards_) hazards_->writes(warp.index, pc, active);
  }
}

// Lanes that a guard leaves out go on.
void Block::wait(Warp& warp, uint32_t pc, uint32_t lanes, uint32_t others, Waiting what) {
  warp.put({pc, lanes, what});
  if (others) warp.put({pc + 1, others, RUNNABLE});
}

void Block::leave(Warp& warp, uint32_t lanes) {
  warp.live &= ~lanes;
  live_ -= static_cast<uint32_t>(std::popcount(lanes));
}

}  // namespace ptx
