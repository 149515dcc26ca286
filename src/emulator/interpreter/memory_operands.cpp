// Loads, stores and atomic operations, from text to Instruction.
#include <algorithm>

#include "decoder.h"
#include "instructions.h"

namespace ptx {

namespace {

const std::unordered_map<std::string_view, Space>& spaces() {
  static const std::unordered_map<std::string_view, Space> table = {
      {"param", PARAM}, {"shared", SHARED}, {"global", GLOBAL}, {"local", LOCAL}, {"const", CONSTANT}};
  return table;
}

Kind kindOf(Space space) {
  switch (space) {
    case PARAM:
    case CONSTANT: return PARAMETER;
    case SHARED: return SHARED_MEMORY;
    case LOCAL: return LOCAL_MEMORY;
    default: return GLOBAL_MEMORY;
  }
}

// Hints to caches, and orders that an interpreter which finishes each access keeps anyway.
bool changesNothing(std::string_view qualifier) {
  static const char* const KNOWN[] = {"volatile", "relaxed", "weak", "gpu", "cta", "sys", "nc", "ca", "cg", "cs", "lu", "cv", "wb", "wt"};
  return std::find(std::begin(KNOWN), std::end(KNOWN), qualifier) != std::end(KNOWN) || startsWith(qualifier, "L1::") || startsWith(qualifier, "L2::");
}

}  // namespace

bool Decoder::memory(Instruction& i, const std::string& mnemonic, const std::vector<std::string_view>& operands) {
  std::vector<std::string_view> parts;
  std::string_view rest = mnemonic;
  while (!rest.empty()) {
    size_t dot = std::min(rest.find('.'), rest.size());
    parts.push_back(rest.substr(0, dot));
    rest = rest.substr(std::min(dot + 1, rest.size()));
  }
  std::string_view what = parts[0];
  bool load = what == "ld", store = what == "st";
  if (!load && !store && what != "atom" && what != "red") return false;
  parts.erase(std::remove_if(parts.begin() + 1, parts.end(), changesNothing), parts.end());
  if (parts.size() < 3) fail("the instruction " + mnemonic + " is not known");
  auto space = spaces().find(parts[1]);
  if (space == spaces().end()) fail("the space of " + mnemonic + " is not known");
  i.space = space->second;
  i.kind = kindOf(i.space);
  int bits = typeBits(parts.back());
  if (bits < 8) fail("the type of " + mnemonic + " is not known");
  i.bytes = static_cast<uint8_t>(bits / 8);
  i.isSigned = parts.back()[0] == 's';
  if (load || store) {
    loadOrStore(i, load, parts, operands);
  } else {
    atomic(i, parts, operands);
  }
  return true;
}

void Decoder::loadOrStore(Instruction& i, bool load, std::vector<std::string_view> parts, const std::vector<std::string_view>& operands) {
  expect(operands, 2);
  i.action = load ? LOAD : STORE;
  if (!load && (i.space == PARAM || i.space == CONSTANT)) fail(origin_.mnemonic + " writes what cannot be written");
  if (parts.size() == 4 && (parts[2] == "v2" || parts[2] == "v4")) {
    i.elements = parts[2] == "v2" ? 2 : 4;
  } else if (parts.size() != 3) {
    fail("the instruction " + origin_.mnemonic + " is not known");
  }
  std::string_view data = operands[load ? 0 : 1];
  std::vector<std::string_view> registers = data[0] == '{' ? listed(data.substr(1, data.size() - 2)) : std::vector<std::string_view>{data};
  if (registers.size() != i.elements) fail(origin_.mnemonic + " with " + std::to_string(registers.size()) + " registers");
  int bits = 8 * i.bytes;
  for (size_t k = 0; k < registers.size(); k++) {
    if (load) {
      // "_" takes no register: an element that nobody wants.
      int held = registers[k] == "_" ? bits : find(registers[k]).bits;
      i.wide = held == 64;
      if (registers[k] != "_") i.data[k] = target(registers[k], held);
      if (held < bits) fail(origin_.mnemonic + " into a narrower register");
    } else {
      i.data[k] = wideOrNot(registers[k], bits, &i.wide);
      if (bits == 64 && !i.wide) fail(origin_.mnemonic + " of a narrower register");
    }
  }
  address(i, operands[load ? 1 : 0]);
  i.used = static_cast<uint16_t>(usedBytes_);
  usedBytes_ = 0xffff;
}

void Decoder::atomic(Instruction& i, const std::vector<std::string_view>& parts, const std::vector<std::string_view>& operands) {
  static const std::unordered_map<std::string_view, uint8_t> operations = {
      {"add", ATOMIC_ADD}, {"min", ATOMIC_MIN}, {"max", ATOMIC_MAX}, {"and", ATOMIC_AND},
      {"or", ATOMIC_OR}, {"xor", ATOMIC_XOR}, {"exch", ATOMIC_EXCHANGE}, {"cas", ATOMIC_COMPARE}};
  bool returns = parts[0] == "atom";
  auto operation = parts.size() == 4 ? operations.find(parts[2]) : operations.end();
  // A sum of floats in an order left open would differ from run to run.
  if (operation == operations.end() || parts.back()[0] == 'f' || (i.bytes != 4 && i.bytes != 8)) {
    fail("the instruction " + origin_.mnemonic + " is not known");
  }
  i.action = ATOMIC;
  i.mode = operation->second;
  size_t values = i.mode == ATOMIC_COMPARE ? 2 : 1, at = returns ? 1 : 0;
  expect(operands, at + 1 + values);
  int bits = 8 * i.bytes;
  i.wide = bits == 64;
  if (returns) i.target = target(operands[0], bits);
  address(i, operands[at]);
  for (size_t k = 0; k < values; k++) i.sources[k + 1] = source(operands[at + 1 + k], bits);
}

// "[%rd1+16]", "[name]", "[name+8]".
void Decoder::address(Instruction& i, std::string_view text) {
  if (text.size() < 3 || text.front() != '[' || text.back() != ']') fail("'" + std::string(text) + "' is no address");
  std::string_view inside = trimmed(text.substr(1, text.size() - 2)), base = inside;
  size_t plus = inside.find('+');
  if (plus != std::string_view::npos) {
    base = trimmed(inside.substr(0, plus));
    i.offset = static_cast<int64_t>(unsignedNumber(inside.substr(plus + 1), line_));
  }
  Register r = find(base);
  if (r.bits > 1) {
    i.sources[0] = source(base, r.bits);
    i.wideAddress = r.bits == 64;
    if (!i.wideAddress && (i.space == GLOBAL || i.space == CONSTANT)) fail("a global address of 32 bits");
    return;
  }
  auto place = places_.find(std::string(base));
  if (place == places_.end()) fail("the address " + std::string(base));
  if (place->second.space != i.space) fail(std::string(base) + " lies in another space");
  i.wideAddress = i.space == GLOBAL || i.space == CONSTANT;
  i.sources[0] = addressOf(place->second, i.wideAddress);
}

}  // namespace ptx
