// Gives registers their places. PTX names a new register for nearly every value, thousands a kernel;
// 32 lanes of each would not fit a cache. A lane sees its own column of the file only, and follows a
// path through the code: what liveness says of one thread holds for a warp whose lanes have parted.
#include <algorithm>
#include <queue>

#include "program.h"

namespace ptx {

namespace {

constexpr size_t NEVER = ~size_t(0);

class Set {
 public:
  explicit Set(size_t size) : words_(size / 64 + 1) {}
  void insert(uint32_t r) { words_[r / 64] |= 1ull << (r % 64); }
  void erase(uint32_t r) { words_[r / 64] &= ~(1ull << (r % 64)); }
  bool operator==(const Set& other) const = default;
  void insertAll(const Set& other) {
    for (size_t w = 0; w < words_.size(); w++) words_[w] |= other.words_[w];
  }
  template <class F>
  void forEach(F f) const {
    for (size_t w = 0; w < words_.size(); w++) {
      for (uint64_t bits = words_[w]; bits; bits &= bits - 1) f(static_cast<uint32_t>(64 * w) + static_cast<uint32_t>(__builtin_ctzll(bits)));
    }
  }

 private:
  std::vector<uint64_t> words_;
};

// A run of instructions that is entered at its first and left at its last.
struct BasicBlock {
  size_t from, to;  // [from, to)
  std::vector<size_t> next;
  Set liveIn, liveOut;
};

std::vector<BasicBlock> basicBlocks(const Kernel& kernel) {
  const std::vector<Instruction>& code = kernel.code;
  std::vector<bool> begins(code.size() + 1);
  begins[0] = true;
  for (size_t pc = 0; pc < code.size(); pc++) {
    if (code[pc].action == BRANCH) begins[code[pc].branch] = true;
    if (code[pc].action == BRANCH || code[pc].action == RETURN) begins[pc + 1] = true;
  }
  std::vector<BasicBlock> blocks;
  std::vector<size_t> blockOf(code.size());
  for (size_t pc = 0; pc < code.size(); pc++) {
    if (begins[pc]) blocks.push_back({pc, pc, {}, Set(kernel.wide.size()), Set(kernel.wide.size())});
    blockOf[pc] = blocks.size() - 1;
    blocks.back().to = pc + 1;
  }
  for (BasicBlock& block : blocks) {
    const Instruction& last = code[block.to - 1];
    if (last.action == BRANCH) block.next.push_back(blockOf[last.branch]);
    bool leaves = (last.action == BRANCH || last.action == RETURN) && last.guard == NONE;
    if (!leaves && block.to < code.size()) block.next.push_back(blockOf[block.to]);
  }
  return blocks;
}

// Walks a block from its end; see(register, pc) where a register is read or written.
template <class F>
Set before(const Kernel& kernel, const BasicBlock& block, F see) {
  Set live = block.liveOut;
  for (size_t pc = block.to; pc-- > block.from;) {
    const Origin& origin = kernel.origins[pc];
    for (uint32_t r : origin.writes) {
      see(r, pc);
      // Under a guard some lanes keep what they had.
      if (kernel.code[pc].guard == NONE) live.erase(r);
    }
    for (uint32_t r : origin.reads) {
      see(r, pc);
      live.insert(r);
    }
  }
  return live;
}

void findLiveness(const Kernel& kernel, std::vector<BasicBlock>& blocks) {
  for (bool changed = true; changed;) {
    changed = false;
    for (size_t b = blocks.size(); b-- > 0;) {
      BasicBlock& block = blocks[b];
      for (size_t next : block.next) block.liveOut.insertAll(blocks[next].liveIn);
      Set in = before(kernel, block, [](uint32_t, size_t) {});
      if (in == block.liveIn) continue;
      block.liveIn = std::move(in);
      changed = true;
    }
  }
}

struct Life {
  size_t from = NEVER, to = 0;
};

std::vector<Life> lives(const Kernel& kernel) {
  std::vector<BasicBlock> blocks = basicBlocks(kernel);
  findLiveness(kernel, blocks);
  std::vector<Life> all(kernel.wide.size());
  auto see = [&](uint32_t r, size_t pc) {
    all[r].from = std::min(all[r].from, pc);
    all[r].to = std::max(all[r].to, pc);
  };
  for (const BasicBlock& block : blocks) {
    before(kernel, block, see);
    block.liveIn.forEach([&](uint32_t r) { see(r, block.from); });
    block.liveOut.forEach([&](uint32_t r) { see(r, block.to - 1); });
  }
  return all;
}

void replaceOperands(Kernel& kernel, const std::vector<uint32_t>& places) {
  auto put = [&](uint32_t& operand) {
    if (operand != NONE && (operand & REGISTER)) operand = places[operand & ~REGISTER];
  };
  for (Instruction& i : kernel.code) {
    put(i.target);
    put(i.target2);
    for (uint32_t& operand : i.sources) put(operand);
    for (uint32_t& operand : i.data) put(operand);
  }
  for (Constant& c : kernel.constants) put(c.place);
}

}  // namespace

// Linear scan: in the order of their beginnings, each takes a place that a register of its width has left.
void placeRegisters(Kernel& kernel) {
  std::vector<Life> all = lives(kernel);
  std::vector<uint32_t> order, places(all.size()), left[2];
  uint32_t bytes = 0;
  auto fresh = [&](uint32_t r) {
    places[r] = bytes;
    bytes += WARP * (kernel.wide[r] ? 8 : 4);
  };
  for (uint32_t r = 0; r < all.size(); r++) {
    if (!kernel.isConstant[r] && all[r].from != NEVER) order.push_back(r);
  }
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return all[a].from < all[b].from; });
  auto later = [&](uint32_t a, uint32_t b) { return all[a].to > all[b].to; };
  std::priority_queue<uint32_t, std::vector<uint32_t>, decltype(later)> active(later);
  for (uint32_t r : order) {
    while (!active.empty() && all[active.top()].to < all[r].from) {
      left[kernel.wide[active.top()]].push_back(places[active.top()]);
      active.pop();
    }
    std::vector<uint32_t>& free = left[kernel.wide[r]];
    if (free.empty()) {
      fresh(r);
    } else {
      places[r] = free.back();
      free.pop_back();
    }
    active.push(r);
  }
  for (uint32_t r = 0; r < all.size(); r++) {
    if (kernel.isConstant[r]) fresh(r);
  }
  kernel.fileBytes = bytes;
  replaceOperands(kernel, places);
}

}  // namespace ptx
