// What a PTX text declares: variables of each space, and registers.
#include <cstring>

#include "decoder.h"

namespace ptx {

// ".align 8 .b8 name[152]", ".u32 name", ".u64 .ptr .global .align 4 name", with "= ..." behind it.
Decoder::Declared Decoder::declared(std::string_view text) const {
  Declared d;
  size_t equals = text.find('=');
  if (equals != std::string_view::npos) {
    d.initial = trimmed(text.substr(equals + 1));
    text = text.substr(0, equals);
  }
  size_t element = 0, count = 1;
  bool ofPointee = false, aligns = false;
  size_t bracket = text.find('[');
  for (std::string_view w : words(text.substr(0, bracket))) {
    if (aligns) {
      if (!ofPointee) d.alignment = unsignedNumber(w, line_);
      aligns = false;
    } else if (w == ".align") {
      aligns = true;
    } else if (w == ".ptr") {
      ofPointee = true;
    } else if (int bits = typeBits(w); bits && w[0] == '.') {
      element = static_cast<size_t>(bits / 8);
    } else if (w[0] != '.') {
      d.name = std::string(w);
    }
  }
  while (bracket != std::string_view::npos) {
    size_t end = text.find(']', bracket);
    if (end == std::string_view::npos) fail("an array without its end");
    std::string_view inside = trimmed(text.substr(bracket + 1, end - bracket - 1));
    count *= inside.empty() ? 0 : unsignedNumber(inside, line_);
    bracket = text.find('[', end);
  }
  if (d.name.empty() || element == 0) fail("a declaration '" + std::string(trimmed(text)) + "'");
  d.bytes = element * count;
  if (d.alignment == 0) d.alignment = element;
  return d;
}

void Decoder::shared(std::string_view text) {
  bool external = startsWith(text, ".extern");
  Declared d = declared(text.substr(text.find(".shared") + 7));
  if (external) {
    // Dynamic shared memory begins behind whatever the kernel declares.
    (kernel_ ? places_ : modulePlaces_)[d.name] = {SHARED, 0, true};
    return;
  }
  // What a module declares outside its kernels, each of them behind it has.
  uint32_t& bytes = kernel_ ? kernel_->sharedBytes : moduleSharedBytes_;
  size_t at = alignedTo(bytes, d.alignment);
  (kernel_ ? places_ : modulePlaces_)[d.name] = {SHARED, at, false};
  bytes = static_cast<uint32_t>(at + d.bytes);
}

void Decoder::local(std::string_view text) {
  Declared d = declared(text);
  size_t at = alignedTo(kernel_->localBytes, d.alignment);
  places_[d.name] = {LOCAL, at, false};
  kernel_->localBytes = static_cast<uint32_t>(at + d.bytes);
}

// ".visible .const .align 4 .b8 name[8] = {1, 2}".
void Decoder::variable(std::string_view text) {
  for (std::string_view linkage : {".visible", ".weak", ".extern", ".common"}) {
    if (isWord(text, linkage)) text = trimmed(text.substr(linkage.size()));
  }
  bool constant = isWord(text, ".const");
  if (!constant && !isWord(text, ".global")) fail("'" + std::string(text.substr(0, 60)) + "'");
  text = text.substr(constant ? 6 : 7);
  Declared d = declared(text);
  int element = 1;
  for (std::string_view w : words(text)) if (w[0] == '.' && typeBits(w) >= 8) element = typeBits(w) / 8;
  modulePlaces_[d.name] = {constant ? CONSTANT : GLOBAL, program_->variables.size(), false};
  program_->variables.push_back({d.name, d.alignment, initialBytes(d, element)});
}

std::vector<uint8_t> Decoder::initialBytes(const Declared& d, int elementBytes) const {
  std::vector<uint8_t> bytes(d.bytes);
  std::string_view list = d.initial;
  if (!list.empty() && list[0] == '{') list = list.substr(1, list.rfind('}') - 1);
  size_t at = 0;
  for (std::string_view text : listed(list)) {
    uint64_t value = startsWith(text, "0f") || startsWith(text, "0d") ? strtoull(std::string(text.substr(2)).c_str(), nullptr, 16)
                                                                      : unsignedNumber(text, line_);
    if (at + static_cast<size_t>(elementBytes) > bytes.size()) fail("more initial values than " + d.name + " holds");
    memcpy(bytes.data() + at, &value, static_cast<size_t>(elementBytes));
    at += static_cast<size_t>(elementBytes);
  }
  return bytes;
}

void Decoder::registers(std::string_view text) {
  if (!kernel_) fail("a register outside a kernel");
  text = trimmed(text);
  size_t space = text.find_first_of(" \t");
  int bits = space == std::string_view::npos ? 0 : typeBits(text.substr(0, space));
  if (bits == 0 || bits == 8) fail("registers '" + std::string(text) + "'");
  for (std::string_view name : listed(text.substr(space))) {
    size_t angle = name.find('<');
    Family family{std::string(name.substr(0, angle)), 0, 0, bits};
    if (angle != std::string_view::npos) family.count = static_cast<uint32_t>(unsignedNumber(name.substr(angle + 1, name.size() - angle - 2), line_));
    uint32_t count = family.count ? family.count : 1;
    uint32_t& next = bits == 1 ? kernel_->predicates : registerCount_;
    family.first = next;
    next += count;
    if (bits != 1) {
      kernel_->wide.resize(registerCount_, bits == 64);
      kernel_->isConstant.resize(registerCount_, false);
    }
    scopes_.back().push_back(family);
  }
}

}  // namespace ptx
