// From an instruction's text to an Instruction.
#include <cctype>
#include <cstring>

#include "decoder.h"
#include "instructions.h"

namespace ptx {

namespace {

std::vector<std::string_view> elements(std::string_view text) {
  if (text.empty() || text[0] != '{') return {text};
  return listed(text.substr(1, text.size() - 2));
}

bool isNumber(std::string_view text) {
  return !text.empty() && (isdigit(static_cast<unsigned char>(text[0])) || (text[0] == '-' && text.size() > 1));
}

}  // namespace

void Decoder::expect(const std::vector<std::string_view>& operands, size_t count) const {
  if (operands.size() != count) fail(origin_.mnemonic + " with " + std::to_string(operands.size()) + " operands");
}

Decoder::Register Decoder::find(std::string_view name) const {
  size_t digits = name.size();
  while (digits > 0 && isdigit(static_cast<unsigned char>(name[digits - 1]))) digits--;
  for (size_t s = scopes_.size(); s-- > 0;) {
    for (const Family& f : scopes_[s]) {
      if (f.count == 0) {
        if (name == f.stem) return {f.first, f.bits};
      } else if (name.size() - digits > 0 && name.size() - digits < 10 && name.substr(0, digits) == f.stem) {
        uint32_t number = 0;
        for (char c : name.substr(digits)) number = 10 * number + static_cast<uint32_t>(c - '0');
        if (number < f.count) return {f.first + number, f.bits};
      }
    }
  }
  return {};
}

Decoder::Register Decoder::expected(std::string_view name) const {
  Register r = find(name);
  if (r.bits == 0) fail("'" + std::string(name) + "' is no register");
  return r;
}

uint32_t Decoder::constant(Constant c) {
  auto key = std::make_tuple(static_cast<int>(c.what), static_cast<int>(c.axis), c.wide, c.bits);
  auto found = constants_.find(key);
  if (found != constants_.end()) return found->second;
  c.place = REGISTER | registerCount_++;
  kernel_->wide.push_back(c.wide);
  kernel_->isConstant.push_back(true);
  kernel_->constants.push_back(c);
  return constants_[key] = c.place;
}

// "%tid.x" and its like, or NONE.
uint32_t Decoder::special(std::string_view name) {
  if (name == "%laneid") return constant({Constant::LANE});
  if (name == "%warpid") return constant({Constant::WARP_INDEX});
  size_t dot = name.find('.');
  if (dot == std::string_view::npos || dot + 2 != name.size() || name[dot + 1] < 'x' || name[dot + 1] > 'z') return NONE;
  auto axis = static_cast<uint8_t>(name[dot + 1] - 'x');
  std::string_view stem = name.substr(0, dot);
  if (stem == "%tid") return constant({Constant::THREAD, axis});
  if (stem == "%ntid") return constant({Constant::BLOCK_SIZE, axis});
  if (stem == "%ctaid") return constant({Constant::BLOCK, axis});
  if (stem == "%nctaid") return constant({Constant::GRID_SIZE, axis});
  return NONE;
}

uint32_t Decoder::addressOf(const Place& place, bool wide) {
  Constant c{Constant::BITS, 0, wide, place.address};
  if (place.space == GLOBAL || place.space == CONSTANT) c.what = Constant::VARIABLE;
  if (!place.dynamic) return constant(c);
  // Where it begins is known when the kernel ends; the axis keeps the entry apart from a number's.
  size_t before = kernel_->constants.size();
  uint32_t operand = constant({Constant::BITS, 1, wide, place.address});
  if (kernel_->constants.size() > before) dynamicConstants_.push_back({before, place.address});
  return operand;
}

uint32_t Decoder::source(std::string_view text, int bits) {
  bool wide = bits == 64;
  uint32_t operand = wideOrNot(text, bits, &wide);
  if (wide != (bits == 64)) fail("'" + std::string(text) + "' has another width than " + origin_.mnemonic + " reads");
  return operand;
}

// A source whose register may be wider or narrower than its type; *wide says what it is.
uint32_t Decoder::wideOrNot(std::string_view text, int bits, bool* wide) {
  *wide = bits == 64;
  if (text.empty()) fail(origin_.mnemonic + " without an operand");
  if (Register r = find(text); r.bits > 1) {
    origin_.reads.push_back(r.number);
    *wide = r.bits == 64;
    return REGISTER | r.number;
  }
  if (text[0] == '%') {
    uint32_t operand = special(text);
    if (operand == NONE) fail("the register " + std::string(text));
    *wide = false;
    return operand;
  }
  if (startsWith(text, "0f") || startsWith(text, "0F") || startsWith(text, "0d") || startsWith(text, "0D")) {
    return constant({Constant::BITS, 0, *wide, strtoull(std::string(text.substr(2)).c_str(), nullptr, 16)});
  }
  if (isNumber(text)) {
    uint64_t value = unsignedNumber(text, line_);
    return constant({Constant::BITS, 0, *wide, *wide ? value : bits == 16 ? value & 0xffff : value & 0xffffffffu});
  }
  auto found = places_.find(std::string(text));
  if (found == places_.end()) fail("the operand " + std::string(text));
  return addressOf(found->second, *wide);
}

uint32_t Decoder::target(std::string_view text, int bits) {
  Register r = expected(text);
  if (r.bits == 1 || (r.bits == 64) != (bits == 64)) fail("'" + std::string(text) + "' has another width than " + origin_.mnemonic + " writes");
  origin_.writes.push_back(r.number);
  return REGISTER | r.number;
}

uint32_t Decoder::predicateSource(std::string_view text) {
  if (text == "0") return 0;
  if (text == "-1" || text == "1") return 1;
  Register r = expected(text);
  if (r.bits != 1) fail("'" + std::string(text) + "' is no predicate");
  origin_.predicateReads.push_back(r.number);
  return r.number;
}

uint32_t Decoder::predicateTarget(std::string_view text) {
  Register r = expected(text);
  if (r.bits != 1) fail("'" + std::string(text) + "' is no predicate");
  origin_.predicateWrites.push_back(r.number);
  return r.number;
}

std::string_view Decoder::guard(Instruction& i, std::string_view text) {
  if (text[0] != '@') return text;
  size_t space = text.find_first_of(" \t");
  if (space == std::string_view::npos) fail("a guard without an instruction");
  std::string_view name = text.substr(1, space - 1);
  i.guardNot = !name.empty() && name[0] == '!';
  i.guard = predicateSource(name.substr(i.guardNot ? 1 : 0));
  return trimmed(text.substr(space));
}

void Decoder::instruction(std::string_view text) {
  Instruction i;
  origin_ = Origin();
  origin_.line = line_;
  origin_.sourceLine = sourceLine_;
  origin_.file = file_;
  text = guard(i, text);
  size_t space = std::min(text.find_first_of(" \t"), text.size());
  std::string mnemonic(text.substr(0, space));
  origin_.mnemonic = mnemonic;
  std::vector<std::string_view> operands = listed(text.substr(space));
  bool known = control(i, mnemonic, operands) || warpOperation(i, mnemonic, operands) || memory(i, mnemonic, operands) ||
               pair(i, mnemonic, operands);
  if (!known) computed(i, mnemonic, operands);
  kernel_->code.push_back(i);
  kernel_->origins.push_back(origin_);
}

void Decoder::computed(Instruction& i, const std::string& mnemonic, const std::vector<std::string_view>& operands) {
  auto found = definitions().find(mnemonic);
  if (found == definitions().end() || mnemonic == "pack.b64") fail("the instruction " + mnemonic + " is not known");
  const Definition* d = &found->second;
  expect(operands, 1 + d->sources.size());
  i.kind = d->kind;
  i.lanes = d->lanes;
  i.target = d->target == 1 ? predicateTarget(operands[0]) : target(operands[0], d->target);
  for (size_t k = 0; k < d->sources.size(); k++) {
    std::string_view text = operands[k + 1];
    int bits = d->sources[k];
    if (bits == 1) {
      i.sources[k] = predicateSource(text);
    } else if (startsWith(mnemonic, "cvt.") && bits < 64 && find(text).bits == 64) {
      // A conversion reads the lower half of a wider register: words 0, 2, 4, ... of its lanes.
      auto narrow = definitions().find(mnemonic + " of 64");
      if (narrow == definitions().end()) fail(mnemonic + " of a 64-bit register");
      i.lanes = narrow->second.lanes;
      i.sources[k] = source(text, 64);
    } else {
      i.sources[k] = source(text, bits);
    }
  }
}

bool Decoder::control(Instruction& i, const std::string& mnemonic, const std::vector<std::string_view>& operands) {
  if (mnemonic == "bra" || mnemonic == "bra.uni") {
    expect(operands, 1);
    i.action = BRANCH;
    branches_.push_back({kernel_->code.size(), std::string(operands[0])});
  } else if (mnemonic == "ret" || mnemonic == "exit" || mnemonic == "ret.uni") {
    i.action = RETURN;
  } else if (mnemonic == "bar.sync" || mnemonic == "barrier.sync.aligned" || mnemonic == "barrier.sync") {
    expect(operands, 1);
    if (operands[0] != "0") fail("a barrier other than 0");
    i.action = BLOCK_BARRIER;
    i.kind = BARRIER;
  } else if (startsWith(mnemonic, "membar.") || startsWith(mnemonic, "fence.")) {
    i.action = FENCE;
    i.kind = BARRIER;
  } else {
    return false;
  }
  return true;
}

bool Decoder::warpOperation(Instruction& i, const std::string& mnemonic, const std::vector<std::string_view>& operands) {
  static const std::unordered_map<std::string, uint8_t> shuffles = {
      {"shfl.sync.bfly.b32", BUTTERFLY}, {"shfl.sync.idx.b32", INDEX}, {"shfl.sync.up.b32", UP}, {"shfl.sync.down.b32", DOWN}};
  static const std::unordered_map<std::string, uint8_t> votes = {
      {"vote.sync.all.pred", VOTE_ALL}, {"vote.sync.any.pred", VOTE_ANY}, {"vote.sync.uni.pred", VOTE_UNIFORM}, {"vote.sync.ballot.b32", VOTE_BALLOT}};
  if (mnemonic == "bar.warp.sync") {
    expect(operands, 1);
    i.action = WARP_BARRIER;
    i.kind = BARRIER;
    i.sources[3] = source(operands[0], 32);
    return true;
  }
  if (auto found = shuffles.find(mnemonic); found != shuffles.end()) {
    expect(operands, 5);
    i.action = SHUFFLE_LANES;
    i.kind = SHUFFLE;
    i.mode = found->second;
    size_t bar = operands[0].find('|');
    i.target = target(trimmed(operands[0].substr(0, bar)), 32);
    if (bar != std::string_view::npos) i.target2 = predicateTarget(trimmed(operands[0].substr(bar + 1)));
    for (size_t k = 0; k < 4; k++) i.sources[k] = source(operands[k + 1], 32);
    return true;
  }
  auto found = votes.find(mnemonic);
  if (found == votes.end()) return false;
  expect(operands, 3);
  i.action = VOTE;
  i.kind = SHUFFLE;
  i.mode = found->second;
  i.target = i.mode == VOTE_BALLOT ? target(operands[0], 32) : predicateTarget(operands[0]);
  i.sources[0] = predicateSource(operands[1]);
  i.sources[3] = source(operands[2], 32);
  return true;
}

// mov.b64 between 64 bits and a pair of 32.
bool Decoder::pair(Instruction& i, const std::string& mnemonic, const std::vector<std::string_view>& operands) {
  if (mnemonic != "mov.b64" || operands.size() != 2) return false;
  bool packs = operands[1][0] == '{', unpacks = operands[0][0] == '{';
  if (!packs && !unpacks) return false;
  std::vector<std::string_view> halves = elements(operands[packs ? 1 : 0]);
  expect(halves, 2);
  i.kind = MOVE;
  if (packs) {
    i.lanes = definitions().at("pack.b64").lanes;
    i.target = target(operands[0], 64);
    for (size_t k = 0; k < 2; k++) i.sources[k] = source(halves[k], 32);
    return true;
  }
  i.sources[0] = source(operands[1], 64);
  i.target = target(halves[0], 32);
  i.target2 = target(halves[1], 32);
  i.lanes = [](uint8_t* file, uint32_t*, const Instruction& at, uint32_t mask) {
    const auto* from = reinterpret_cast<const uint64_t*>(file + at.sources[0]);
    auto *low = reinterpret_cast<uint32_t*>(file + at.target), *high = reinterpret_cast<uint32_t*>(file + at.target2);
    for (uint32_t m = mask; m; m &= m - 1) {
      int l = std::countr_zero(m);
      uint64_t value = from[l];
      low[l] = static_cast<uint32_t>(value);
      high[l] = static_cast<uint32_t>(value >> 32);
    }
  };
  return true;
}

}  // namespace ptx
