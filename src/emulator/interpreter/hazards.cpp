#include "hazards.h"

#include <algorithm>
#include <bit>

namespace ptx {

Hazards::Hazards(const Kernel& kernel, size_t warps, size_t sharedBytes)
    : kernel_(kernel), warps_(warps), shared_(sharedBytes / 4 + 4) {}

void Hazards::beginBlock(uint32_t block) {
  block_ = block;
  epoch_ = 1;
  std::fill(shared_.begin(), shared_.end(), Word());
  for (WarpState& warp : warps_) {
    warp.tick = 1;
    warp.known = {};
    warp.defined.assign(kernel_.wide.size(), 0);
    for (size_t r = 0; r < kernel_.isConstant.size(); r++) {
      if (kernel_.isConstant[r]) warp.defined[r] = ALL_LANES;
    }
    warp.definedPredicates.assign(kernel_.predicates, 0);
    warp.definedPredicates[0] = warp.definedPredicates[1] = ALL_LANES;
  }
}

void Hazards::passWarpBarrier(uint32_t warp, uint32_t lanes, const uint32_t* members) {
  WarpState& state = warps_[warp];
  state.tick++;
  auto before = state.known;
  for (uint32_t m = lanes; m; m &= m - 1) {
    uint32_t l = static_cast<uint32_t>(std::countr_zero(m)), company = members[l] & lanes;
    for (uint32_t c = company; c; c &= c - 1) {
      uint32_t other = static_cast<uint32_t>(std::countr_zero(c));
      // What the other knew of third lanes, and all that it did itself.
      for (uint32_t k = 0; k < WARP; k++) state.known[l][k] = std::max(state.known[l][k], before[other][k]);
      state.known[l][other] = state.tick;
    }
  }
}

std::string Hazards::reads(uint32_t warp, uint32_t pc, uint32_t lanes, uint32_t active) const {
  const Origin& origin = kernel_.origins[pc];
  const WarpState& state = warps_[warp];
  for (uint32_t r : origin.reads) {
    if (active & ~state.defined[r]) return "reads a register that was never written";
  }
  for (uint32_t p : origin.predicateReads) {
    uint32_t readers = p == kernel_.code[pc].guard ? lanes : active;
    if (readers & ~state.definedPredicates[p]) return "reads a predicate that was never written";
  }
  return "";
}

void Hazards::writes(uint32_t warp, uint32_t pc, uint32_t active) {
  const Origin& origin = kernel_.origins[pc];
  for (uint32_t r : origin.writes) warps_[warp].defined[r] |= active;
  for (uint32_t p : origin.predicateWrites) warps_[warp].definedPredicates[p] |= active;
}

Hazards::Word& Hazards::globalWord(uint64_t address) {
  std::vector<Word>& page = global_[address / 4 / PAGE];
  if (page.empty()) page.resize(PAGE);
  return page[address / 4 % PAGE];
}

// Whether what a lane did then comes before what this lane does now.
bool Hazards::ordered(uint32_t warp, uint32_t lane, const Time& then, uint32_t otherWarp, uint32_t otherLane) const {
  if (then.block != block_) return false;
  if (then.epoch != epoch_) return true;
  return otherWarp == warp && warps_[warp].known[lane][otherLane] > then.tick;
}

std::string Hazards::conflict(const Word& word, uint32_t warp, uint32_t lane, Access access) const {
  auto self = static_cast<int32_t>(WARP * warp + lane);
  bool mine = word.writer == self && word.written.block == block_;
  bool bothAtomic = word.byAtomic && access == READ_AND_WRITE;
  if (word.writer != NOBODY && !mine && !bothAtomic &&
      !ordered(warp, lane, word.written, static_cast<uint32_t>(word.writer) / WARP, static_cast<uint32_t>(word.writer) % WARP)) {
    return std::string(access == READ ? "read" : "write") + " after another thread's write, in " + kernel_.where(word.written.pc);
  }
  if (access == READ || word.readingWarp == NOBODY) return "";
  bool unordered = word.read.block != block_ || (word.readingWarp == SEVERAL && word.read.epoch == epoch_);
  if (word.readingWarp >= 0 && !unordered) {
    for (uint32_t m = word.readers; m && !unordered; m &= m - 1) {
      auto other = static_cast<uint32_t>(std::countr_zero(m));
      auto readingWarp = static_cast<uint32_t>(word.readingWarp);
      bool itself = readingWarp == warp && other == lane;
      unordered = !itself && !ordered(warp, lane, word.read, readingWarp, other);
    }
  }
  return unordered ? "write after another thread's read, in " + kernel_.where(word.read.pc) : "";
}

void Hazards::note(Word& word, uint32_t warp, uint32_t lane, Access access, uint32_t pc, uint8_t bytes) {
  Time now{block_, epoch_, warps_[warp].tick, pc};
  if (access != READ) {
    word.written = now;
    word.writer = static_cast<int32_t>(WARP * warp + lane);
    word.byAtomic = access == READ_AND_WRITE;
    word.initialised |= bytes;
    return;
  }
  bool anew = word.readingWarp == NOBODY || word.read.block != block_ || word.read.epoch != epoch_;
  if (anew) {
    word.readingWarp = static_cast<int32_t>(warp);
    word.readers = 0;
  } else if (word.readingWarp != static_cast<int32_t>(warp)) {
    word.readingWarp = SEVERAL;
  } else if (word.read.tick != now.tick) {
    word.readers = 0;  // those before a barrier of the warp
  }
  word.read = now;
  word.readers |= 1u << lane;
}

std::string Hazards::touch(Space space, uint32_t warp, uint32_t lane, uint64_t address, unsigned bytes, Access access,
                           uint16_t used, uint32_t pc) {
  for (unsigned from = 0; from < bytes;) {
    uint64_t at = address + from;
    unsigned count = std::min(bytes - from, 4 - static_cast<unsigned>(at % 4));
    auto mask = static_cast<uint8_t>(((1u << count) - 1) << at % 4);
    bool wanted = access != READ || (used >> from & ((1u << count) - 1));
    from += count;
    if (!wanted) continue;
    Word& word = space == SHARED ? shared_[at / 4] : globalWord(at);
    if (space == SHARED && access != WRITE && (mask & ~word.initialised)) return "reads shared memory that was never written";
    std::string with = conflict(word, warp, lane, access);
    if (!with.empty()) return std::string("a race in ") + (space == SHARED ? "shared" : "global") + " memory: " + with;
    note(word, warp, lane, access, pc, mask);
  }
  return "";
}

}  // namespace ptx
