// Loads, stores and atomic operations: bounds to the byte, alignment, and the checks of hazards.h.
#include <algorithm>
#include <bit>
#include <cstdio>
#include <cstring>

#include "block.h"
#include "instructions.h"

namespace ptx {

namespace {

// How far behind a buffer an address still counts as past its end, for messages.
const uint64_t NEARBY = 1 << 20;

// As the driver fills memory; what still holds it was never written.
const uint32_t GARBAGE_WORD = 0xCDCDCDCDu;

uint64_t extended(uint64_t raw, unsigned bytes, bool isSigned) {
  if (bytes == 8) return raw;
  unsigned shift = 64 - 8 * bytes;
  return isSigned ? static_cast<uint64_t>(static_cast<int64_t>(raw << shift) >> shift) : raw << shift >> shift;
}

const char* verb(Access access) { return access == READ ? "reads" : "writes"; }

}  // namespace

const Range& Block::rangeOf(uint64_t address, unsigned bytes, Access access, const Warp& warp, uint32_t lane, uint32_t pc) {
  const std::vector<Range>& memory = launch_->memory;
  auto after = std::upper_bound(memory.begin(), memory.end(), address, [](uint64_t a, const Range& r) { return a < r.from; });
  if (after != memory.begin()) {
    const Range& r = *(after - 1);
    if (address + bytes <= r.to) return r;
    if (address < r.to + NEARBY) {
      fault(ILLEGAL_ADDRESS, std::string(verb(access)) + " up to " + std::to_string(address + bytes - r.to) +
            " bytes past the end of a buffer of " + std::to_string(r.to - r.from), pc, warp, lane);
    }
  }
  char text[32];
  snprintf(text, sizeof text, "%#llx", static_cast<unsigned long long>(address));
  fault(ILLEGAL_ADDRESS, std::string(verb(access)) + " the illegal address " + text, pc, warp, lane);
}

// Where one lane's access lies in the memory of this process.
uint8_t* Block::locate(Warp& warp, const Instruction& i, uint32_t lane, Access access, uint32_t pc) {
  unsigned bytes = i.bytes * i.elements;
  uint64_t address = i.wideAddress ? warp.row<uint64_t>(i.sources[0])[lane] : warp.row<uint32_t>(i.sources[0])[lane];
  address += static_cast<uint64_t>(i.offset);
  if (!i.wideAddress) address &= 0xffffffffu;
  if (address & (bytes - 1)) {
    fault(MISALIGNED_ADDRESS, std::string(verb(access)) + " " + std::to_string(bytes) + " bytes at the misaligned address " + std::to_string(address),
          pc, warp, lane);
  }
  uint8_t* memory = nullptr;
  size_t size = 0;
  const char* name = "";
  switch (i.space) {
    case GENERIC:
    case GLOBAL:
    case CONSTANT:
      if (address < near_.from || address + bytes > near_.to) near_ = rangeOf(address, bytes, access, warp, lane, pc);
      break;
    case SHARED: memory = shared_.data(), size = sharedBytes_, name = "shared memory"; break;
    case LOCAL: memory = warp.local.data() + static_cast<size_t>(lane) * kernel_->localBytes, size = kernel_->localBytes, name = "local memory"; break;
    case PARAM: memory = const_cast<uint8_t*>(launch_->parameters.data()), size = kernel_->parameterBytes, name = "parameters"; break;
  }
  if (memory && address + bytes > size) {
    fault(ILLEGAL_ADDRESS, std::string(verb(access)) + " " + name + " at " + std::to_string(address) + ", of which there are " + std::to_string(size) + " bytes",
          pc, warp, lane);
  }
  if (hazards_ && (i.space == SHARED || i.space == GLOBAL)) {
    std::string wrong = hazards_->touch(i.space, warp.index, lane, address, bytes, access, i.used, pc);
    if (!wrong.empty()) fault(LAUNCH_FAILED, wrong, pc, warp, lane);
  }
  return memory ? memory + address : reinterpret_cast<uint8_t*>(address);
}

// f(lane, memory) for 32-bit words that lie plainly within bounds and aligned, all lanes'; false if
// one does not, or if more has to be looked at: locate() then finds what is wrong, if anything.
template <class F>
bool Block::plainly(const Warp& warp, const Instruction& i, uint32_t lanes, F f) {
  if (hazards_ || i.bytes != 4 || i.wide) return false;
  unsigned bytes = 4u * i.elements;
  auto eachLane = [&](auto each) {
    if (lanes == ALL_LANES) {
      for (uint32_t l = 0; l < WARP; l++) each(l);
    } else {
      for (uint32_t m = lanes; m; m &= m - 1) each(static_cast<uint32_t>(std::countr_zero(m)));
    }
  };
  uint64_t wrong = 0;
  if (i.space == GLOBAL) {
    const auto* at = warp.row<uint64_t>(i.sources[0]);
    auto offset = static_cast<uint64_t>(i.offset), from = near_.from, room = near_.to - near_.from;
    if (room < bytes) return false;
    room -= bytes;
    eachLane([&](uint32_t l) { wrong |= ((at[l] + offset) & (bytes - 1)) | static_cast<uint64_t>(at[l] + offset - from > room); });
    if (wrong) return false;
    eachLane([&](uint32_t l) { f(l, reinterpret_cast<uint8_t*>(at[l] + offset)); });
    return true;
  }
  if (i.space != SHARED || i.wideAddress || sharedBytes_ < bytes) return false;
  const auto* at = warp.row<uint32_t>(i.sources[0]);
  auto offset = static_cast<uint32_t>(i.offset), room = static_cast<uint32_t>(sharedBytes_ - bytes);
  eachLane([&](uint32_t l) { wrong |= ((at[l] + offset) & (bytes - 1)) | static_cast<uint32_t>(at[l] + offset > room); });
  if (wrong) return false;
  uint8_t* memory = shared_.data();
  eachLane([&](uint32_t l) { f(l, memory + (at[l] + offset)); });
  return true;
}

void Block::load(Warp& warp, const Instruction& i, uint32_t lanes, uint32_t pc) {
  uint8_t* file = warp.file.data();
  bool done = i.elements == 1 ? plainly(warp, i, lanes, [file, data = i.data[0]](uint32_t l, const uint8_t* from) { memcpy(file + data + 4 * l, from, 4); })
                              : i.elements == 4 && i.data[0] != NONE && i.data[1] != NONE && i.data[2] != NONE && i.data[3] != NONE &&
                                    plainly(warp, i, lanes, [file, &i](uint32_t l, const uint8_t* from) {
                                      for (int k = 0; k < 4; k++) memcpy(file + i.data[k] + 4 * l, from + 4 * k, 4);
                                    });
  if (done) return;
  for (uint32_t m = lanes; m; m &= m - 1) {
    auto l = static_cast<uint32_t>(std::countr_zero(m));
    const uint8_t* from = locate(warp, i, l, READ, pc);
    for (unsigned k = 0; k < i.elements; k++) {
      if (i.data[k] == NONE) continue;
      uint64_t raw = 0;
      memcpy(&raw, from + i.bytes * k, i.bytes);
      if (hazards_ && i.space == GLOBAL && i.bytes == 4 && raw == GARBAGE_WORD && (i.used >> (4 * k) & 15)) {
        fault(LAUNCH_FAILED, "reads global memory that was never written (0xCDCDCDCD)", pc, warp, l);
      }
      uint64_t value = extended(raw, i.bytes, i.isSigned);
      if (i.wide) {
        warp.row<uint64_t>(i.data[k])[l] = value;
      } else {
        warp.row<uint32_t>(i.data[k])[l] = static_cast<uint32_t>(value);
      }
    }
  }
}

void Block::store(Warp& warp, const Instruction& i, uint32_t lanes, uint32_t pc) {
  const uint8_t* file = warp.file.data();
  bool done = i.elements == 1 ? plainly(warp, i, lanes, [file, data = i.data[0]](uint32_t l, uint8_t* to) { memcpy(to, file + data + 4 * l, 4); })
                              : i.elements == 4 && plainly(warp, i, lanes, [file, &i](uint32_t l, uint8_t* to) {
                                  for (int k = 0; k < 4; k++) memcpy(to + 4 * k, file + i.data[k] + 4 * l, 4);
                                });
  if (done) return;
  for (uint32_t m = lanes; m; m &= m - 1) {
    auto l = static_cast<uint32_t>(std::countr_zero(m));
    uint8_t* to = locate(warp, i, l, WRITE, pc);
    for (unsigned k = 0; k < i.elements; k++) memcpy(to + i.bytes * k, file + i.data[k] + (i.wide ? 8 : 4) * l, i.bytes);
  }
}

namespace {

template <class T>
T applied(uint8_t mode, bool isSigned, T old, T a, T b) {
  typedef std::make_signed_t<T> S;
  bool less = isSigned ? static_cast<S>(old) < static_cast<S>(a) : old < a;
  switch (mode) {
    case ATOMIC_ADD: return old + a;
    case ATOMIC_MIN: return less ? old : a;
    case ATOMIC_MAX: return less ? a : old;
    case ATOMIC_AND: return old & a;
    case ATOMIC_OR: return old | a;
    case ATOMIC_XOR: return old ^ a;
    case ATOMIC_COMPARE: return old == a ? b : old;
    default: return a;
  }
}

// Other OS threads run blocks of the same grid.
template <class T>
T exchange(uint8_t* at, uint8_t mode, bool isSigned, T a, T b) {
  auto* word = reinterpret_cast<T*>(at);
  T old = __atomic_load_n(word, __ATOMIC_RELAXED);
  while (!__atomic_compare_exchange_n(word, &old, applied<T>(mode, isSigned, old, a, b), false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) {
  }
  return old;
}

}  // namespace

void Block::atomic(Warp& warp, const Instruction& i, uint32_t lanes, uint32_t pc) {
  bool compares = i.mode == ATOMIC_COMPARE;
  for (uint32_t m = lanes; m; m &= m - 1) {
    auto l = static_cast<uint32_t>(std::countr_zero(m));
    uint8_t* at = locate(warp, i, l, READ_AND_WRITE, pc);
    if (i.wide) {
      const uint64_t a = warp.row<uint64_t>(i.sources[1])[l], b = compares ? warp.row<uint64_t>(i.sources[2])[l] : 0;
      uint64_t old = exchange<uint64_t>(at, i.mode, i.isSigned, a, b);
      if (i.target != NONE) warp.row<uint64_t>(i.target)[l] = old;
    } else {
      const uint32_t a = warp.row<uint32_t>(i.sources[1])[l], b = compares ? warp.row<uint32_t>(i.sources[2])[l] : 0;
      uint32_t old = exchange<uint32_t>(at, i.mode, i.isSigned, a, b);
      if (i.target != NONE) warp.row<uint32_t>(i.target)[l] = old;
    }
  }
}

}  // namespace ptx
