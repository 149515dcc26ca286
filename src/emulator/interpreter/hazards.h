// What a GPU lets pass and a checked launch does not: registers and memory that nobody has written,
// accesses of two threads to one place that nothing orders, one of them a write. Order comes from
// barriers of the block and of the warp; blocks of one launch have none.
#pragma once
#include <array>
#include <string>
#include <unordered_map>

#include "program.h"

namespace ptx {

enum Access : uint8_t { READ, WRITE, READ_AND_WRITE };

class Hazards {
 public:
  Hazards(const Kernel& kernel, size_t warps, size_t sharedBytes);

  void beginBlock(uint32_t block);
  void passBlockBarrier() { epoch_++; }
  void passWarpBarrier(uint32_t warp, uint32_t lanes, const uint32_t* members);

  // Empty, or which register is read that none of these lanes' earlier instructions wrote.
  std::string reads(uint32_t warp, uint32_t pc, uint32_t lanes, uint32_t active) const;
  void writes(uint32_t warp, uint32_t pc, uint32_t active);

  // Notes an access of a lane; empty, or what it conflicts with. Bits of used: bytes that are wanted.
  std::string touch(Space space, uint32_t warp, uint32_t lane, uint64_t address, unsigned bytes, Access access,
                    uint16_t used, uint32_t pc);

 private:
  // When and where a word was touched: block, its barriers passed, the warp's barriers passed.
  struct Time {
    uint32_t block = 0, epoch = 0, tick = 0, pc = 0;
  };
  static constexpr int32_t NOBODY = -1, SEVERAL = -2;
  // What is known of four bytes.
  struct Word {
    Time written, read;
    int32_t writer = NOBODY;      // thread
    int32_t readingWarp = NOBODY;
    uint32_t readers = 0;         // lanes
    uint8_t initialised = 0;      // bytes
    bool byAtomic = false;
  };
  struct WarpState {
    uint32_t tick = 1;
    // Of two lanes: the tick of the last barrier since which the first knows what the second did.
    std::array<std::array<uint32_t, WARP>, WARP> known{};
    std::vector<uint32_t> defined, definedPredicates;  // lanes, by register
  };
  static constexpr uint64_t PAGE = 1024;  // words

  Word& globalWord(uint64_t address);
  bool ordered(uint32_t warp, uint32_t lane, const Time& then, uint32_t otherWarp, uint32_t otherLane) const;
  std::string conflict(const Word& word, uint32_t warp, uint32_t lane, Access access) const;
  void note(Word& word, uint32_t warp, uint32_t lane, Access access, uint32_t pc, uint8_t bytes);

  const Kernel& kernel_;
  std::vector<WarpState> warps_;
  std::vector<Word> shared_;
  std::unordered_map<uint64_t, std::vector<Word>> global_;  // by page
  uint32_t block_ = 0, epoch_ = 1;
};

}  // namespace ptx
