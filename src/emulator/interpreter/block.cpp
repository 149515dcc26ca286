#include "block.h"

#include <algorithm>
#include <bit>
#include <cstdio>
#include <cstring>

namespace ptx {

std::atomic<bool> cancelled{false};

// What memory holds that nobody has written: -4.3e8 as a float.
static const int GARBAGE = 0xCD;

void Block::begin(const Launch& launch) {
  launch_ = &launch;
  kernel_ = launch.kernel;
  threads_ = launch.block[0] * launch.block[1] * launch.block[2];
  warps_.resize((threads_ + WARP - 1) / WARP);
  sharedBytes_ = kernel_->sharedBytes + launch.dynamicShared;
  shared_.resize(sharedBytes_ + 16);
  for (uint32_t w = 0; w < warps_.size(); w++) {
    warps_[w].index = w;
    warps_[w].file.resize(kernel_->fileBytes + 64);
    warps_[w].predicates.resize(kernel_->predicates);
    warps_[w].local.resize(WARP * kernel_->localBytes);
  }
  issued_.assign(kernel_->code.size(), 0);
  lanes_.assign(kernel_->code.size(), 0);
  near_ = {0, 0};
  hazards_.reset();
  if (launch.check) hazards_ = std::make_unique<Hazards>(*kernel_, warps_.size(), sharedBytes_);
}

void Block::end() {
  for (size_t pc = 0; pc < issued_.size(); pc++) {
    kernel_->issued[pc] += issued_[pc];
    kernel_->lanes[pc] += lanes_[pc];
  }
  hazards_.reset();
}

uint64_t Block::random() {
  random_ = random_ * 6364136223846793005ull + 1442695040888963407ull;
  return random_ >> 33;
}

void Block::reset(uint64_t index) {
  index_ = index;
  axes_[0] = static_cast<uint32_t>(index % launch_->grid[0]);
  axes_[1] = static_cast<uint32_t>(index / launch_->grid[0] % launch_->grid[1]);
  axes_[2] = static_cast<uint32_t>(index / launch_->grid[0] / launch_->grid[1]);
  live_ = threads_;
  memset(shared_.data(), GARBAGE, sharedBytes_);
  for (Warp& warp : warps_) {
    uint32_t lanes = std::min(WARP, threads_ - WARP * warp.index);
    warp.live = lanes == WARP ? ALL_LANES : (1u << lanes) - 1;
    warp.groups.assign(1, {0, warp.live, RUNNABLE});
    warp.predicates[0] = 0;
    warp.predicates[1] = ALL_LANES;
    if (kernel_->localBytes) memset(warp.local.data(), GARBAGE, WARP * kernel_->localBytes);
    fillConstants(warp);
  }
  if (hazards_) hazards_->beginBlock(static_cast<uint32_t>(index));
}

void Block::fillConstants(Warp& warp) {
  for (const Constant& c : kernel_->constants) {
    for (uint32_t l = 0; l < WARP; l++) {
      uint32_t thread = WARP * warp.index + l;
      const uint32_t* size = launch_->block;
      const uint32_t axes[3] = {thread % size[0], thread / size[0] % size[1], thread / size[0] / size[1]};
      uint64_t value = c.bits;
      switch (c.what) {
        case Constant::BITS: break;
        case Constant::THREAD: value = axes[c.axis]; break;
        case Constant::BLOCK_SIZE: value = size[c.axis]; break;
        case Constant::BLOCK: value = axes_[c.axis]; break;
        case Constant::GRID_SIZE: value = launch_->grid[c.axis]; break;
        case Constant::LANE: value = l; break;
        case Constant::WARP_INDEX: value = warp.index; break;
        case Constant::VARIABLE: value = launch_->variables[c.bits]; break;
      }
      if (c.wide) {
        warp.row<uint64_t>(c.place)[l] = value;
      } else {
        warp.row<uint32_t>(c.place)[l] = static_cast<uint32_t>(value);
      }
    }
  }
}

// Each warp in turn, or one at random, until it has to wait.
void Block::run(uint64_t index, uint64_t seed) {
  random_ = seed * 0x9E3779B97F4A7C15ull + 12345;
  reset(index);
  while (live_ > 0) {
    bool moved = false;
    for (size_t k = 0; k < warps_.size(); k++) {
      moved |= step(warps_[launch_->schedule ? random() % warps_.size() : k]);
    }
    if (moved || passBarrier()) continue;
    // A random choice may have missed the one warp that can go on.
    for (Warp& warp : warps_) moved |= step(warp);
    if (!moved && live_ > 0 && !passBarrier()) deadlock();
  }
}

// Runs one group of a warp, the one behind all others or one at random; false if none can run.
bool Block::step(Warp& warp) {
  size_t best = warp.groups.size(), seen = 0;
  for (size_t k = 0; k < warp.groups.size(); k++) {
    if (warp.groups[k].waiting != RUNNABLE) continue;
    seen++;
    bool better = seen == 1 || (launch_->schedule ? random() % seen == 0 : warp.groups[k].pc < warp.groups[best].pc);
    if (better) best = k;
  }
  if (seen == 0) return runReady(warp);
  Group group = warp.take(best);
  execute(warp, group.pc, group.lanes, false);
  return true;
}

// Lanes whose whole company has come to a warp's operation carry it out.
bool Block::runReady(Warp& warp) {
  for (size_t k = 0; k < warp.groups.size(); k++) {
    Group group = warp.groups[k];
    if (group.waiting != AT_WARP_OPERATION) continue;
    uint32_t ready = complete(warp, kernel_->code[group.pc], group.lanes);
    if (!ready) continue;
    warp.take(k);
    if (group.lanes & ~ready) warp.groups.push_back({group.pc, group.lanes & ~ready, AT_WARP_OPERATION});
    execute(warp, group.pc, ready, true);
    return true;
  }
  return false;
}

// If all threads that live have come to a barrier, they go on. bar.sync is aligned: the lanes of a
// warp must have come to the same one.
bool Block::passBarrier() {
  for (const Warp& warp : warps_) {
    for (const Group& group : warp.groups) {
      if (group.waiting != AT_BLOCK_BARRIER) return false;
    }
  }
  for (Warp& warp : warps_) {
    if (warp.groups.size() > 1) {
      const Group &a = warp.groups[0], &b = warp.groups[1];
      fault(LAUNCH_FAILED, "the lanes of a warp wait at different barriers: others at " + kernel_->where(b.pc), a.pc, warp,
            static_cast<uint32_t>(std::countr_zero(a.lanes)));
    }
    for (Group& group : warp.groups) {
      group.waiting = RUNNABLE;
      group.pc++;
    }
  }
  if (hazards_) hazards_->passBlockBarrier();
  return true;
}

void Block::deadlock() const {
  std::string text = place() + "deadlock";
  int shown = 0;
  for (const Warp& warp : warps_) {
    for (const Group& group : warp.groups) {
      if (++shown > 6) throw Fault{{LAUNCH_FAILED, text + "; and others"}};
      char lanes[16];
      snprintf(lanes, sizeof lanes, "%08x", group.lanes);
      text += "; lanes " + std::string(lanes) + " of warp " + std::to_string(warp.index) + " wait at " + kernel_->where(group.pc);
    }
  }
  throw Fault{{LAUNCH_FAILED, text}};
}

uint32_t Block::leastRunnable(const Warp& warp) const {
  uint32_t least = NONE;
  for (const Group& group : warp.groups) {
    if (group.waiting == RUNNABLE && group.pc < least) least = group.pc;
  }
  return least;
}

std::string Block::place() const {
  std::string index = std::to_string(axes_[0]);
  if (launch_->grid[1] * launch_->grid[2] > 1) index += "," + std::to_string(axes_[1]) + "," + std::to_string(axes_[2]);
  return "kernel " + kernel_->name + ", block " + index + ": ";
}

void Block::fault(int outcome, const std::string& what, uint32_t pc, const Warp& warp, uint32_t lane) const {
  throw Fault{{outcome, place() + "thread " + std::to_string(WARP * warp.index + lane) + ": " + what + ", in " + kernel_->where(pc)}};
}

void Block::hazard(const std::string& what, uint32_t pc) const {
  throw Fault{{LAUNCH_FAILED, place() + what + ", in " + kernel_->where(pc)}};
}

}  // namespace ptx
