// What the lanes of a warp do together: shuffles, votes, barriers of their member mask.
#include <bit>
#include <cstring>

#include "block.h"
#include "instructions.h"

namespace ptx {

// Of the lanes that have come here, those whose member mask holds no living lane that has not.
uint32_t Block::complete(const Warp& warp, const Instruction& i, uint32_t lanes) const {
  const auto* members = warp.row<uint32_t>(i.sources[3]);
  uint32_t ready = 0;
  for (uint32_t m = lanes; m; m &= m - 1) {
    int l = std::countr_zero(m);
    if ((members[l] & warp.live & ~lanes) == 0) ready |= 1u << l;
  }
  return ready;
}

void Block::collective(Warp& warp, const Instruction& i, uint32_t lanes, uint32_t pc) {
  const auto* members = warp.row<uint32_t>(i.sources[3]);
  for (uint32_t m = lanes; m; m &= m - 1) {
    auto l = static_cast<uint32_t>(std::countr_zero(m));
    if (!(members[l] >> l & 1)) fault(LAUNCH_FAILED, "a lane is not in its own member mask", pc, warp, l);
  }
  if (i.action == SHUFFLE_LANES) {
    shuffle(warp, i, lanes, pc);
  } else if (i.action == VOTE) {
    vote(warp, i, lanes);
  } else if (hazards_) {
    hazards_->passWarpBarrier(warp.index, lanes, members);
  }
}

void Block::shuffle(Warp& warp, const Instruction& i, uint32_t lanes, uint32_t pc) {
  uint32_t values[WARP], inside = 0;
  memcpy(values, warp.row<uint32_t>(i.sources[0]), sizeof values);
  const auto *given = warp.row<uint32_t>(i.sources[1]), *control = warp.row<uint32_t>(i.sources[2]);
  const auto* members = warp.row<uint32_t>(i.sources[3]);
  auto* target = warp.row<uint32_t>(i.target);
  for (uint32_t m = lanes; m; m &= m - 1) {
    auto l = static_cast<uint32_t>(std::countr_zero(m));
    // PTX ISA, shfl.sync: the segment and clamp of the third operand bound what is read.
    uint32_t segment = control[l] >> 8 & 31, clamp = control[l] & 31, by = given[l] & 31;
    uint32_t last = (l & segment) | (clamp & ~segment), from = l;
    bool valid = false;
    switch (i.mode) {
      case BUTTERFLY: from = l ^ by, valid = from <= last; break;
      case INDEX: from = (l & segment) | (by & ~segment), valid = from <= last; break;
      case UP: from = l - by, valid = static_cast<int32_t>(l - by) >= static_cast<int32_t>(last); break;
      case DOWN: from = l + by, valid = from <= last; break;
    }
    if (valid) {
      inside |= 1u << l;
    } else {
      from = l;
    }
    if (!(lanes >> from & 1) || !(members[l] >> from & 1)) {
      fault(LAUNCH_FAILED, "a shuffle reads lane " + std::to_string(from) + ", which does not take part", pc, warp, l);
    }
    target[l] = values[from];
  }
  if (i.target2 != NONE) {
    uint32_t& predicate = warp.predicates[i.target2];
    predicate = (predicate & ~lanes) | inside;
  }
}

void Block::vote(Warp& warp, const Instruction& i, uint32_t lanes) {
  const auto* members = warp.row<uint32_t>(i.sources[3]);
  uint32_t said = warp.predicates[i.sources[0]], yes = 0;
  for (uint32_t m = lanes; m; m &= m - 1) {
    int l = std::countr_zero(m);
    uint32_t asked = members[l] & lanes, votes = said & asked;
    switch (i.mode) {
      case VOTE_ALL: yes |= static_cast<uint32_t>(votes == asked) << l; break;
      case VOTE_ANY: yes |= static_cast<uint32_t>(votes != 0) << l; break;
      case VOTE_UNIFORM: yes |= static_cast<uint32_t>(votes == 0 || votes == asked) << l; break;
      case VOTE_BALLOT: warp.row<uint32_t>(i.target)[l] = votes; break;
    }
  }
  if (i.mode == VOTE_BALLOT) return;
  uint32_t& predicate = warp.predicates[i.target];
  predicate = (predicate & ~lanes) | yes;
}

}  // namespace ptx
