#include "decoder.h"

#include <cstring>

namespace ptx {

namespace {

// A path as the message of an error shows it.
std::string fileName(std::string_view path) { return std::string(path.substr(path.rfind('/') + 1)); }

}  // namespace

int typeBits(std::string_view type) {
  if (!type.empty() && type[0] == '.') type.remove_prefix(1);
  if (type == "pred") return 1;
  if (type.size() < 2 || !strchr("bufs", type[0])) return 0;
  std::string_view digits = type.substr(1);
  return digits == "8" ? 8 : digits == "16" ? 16 : digits == "32" ? 32 : digits == "64" ? 64 : 0;
}

std::shared_ptr<Program> Decoder::run() {
  for (;;) {
    Statement s = statements_.next();
    if (s.end == 0) break;
    line_ = s.line;
    statement(s);
  }
  if (kernel_) fail("kernel " + kernel_->name + " does not end");
  if (program_->version == 0) refuse(1, "not PTX: it does not begin with .version");
  if (program_->target.empty()) refuse(1, "PTX without .target");
  // nvcc writes the names of the sources behind the code.
  for (auto& [name, kernel] : program_->kernels) kernel->files = files_;
  return program_;
}

void Decoder::statement(const Statement& s) {
  if (s.end == '\n') {
    header(s);
  } else if (program_->version == 0) {
    fail("not PTX: it does not begin with .version");
  } else if (s.end == ':') {
    if (!kernel_) fail("a label outside a kernel");
    labels_[std::string(s.text)] = static_cast<uint32_t>(kernel_->code.size());
  } else if (s.end == '{' && !s.text.empty()) {
    entry(s);
  } else if (s.end == '{') {
    if (!kernel_) fail("a scope outside a kernel");
    scopes_.emplace_back();
    depth_++;
  } else if (s.end == '}') {
    if (!kernel_) fail("a scope's end outside a kernel");
    scopes_.pop_back();
    if (--depth_ == 0) close();
  } else if (isWord(s.text, ".pragma")) {
    size_t mask = s.text.find("used_bytes_mask");
    if (mask != std::string_view::npos) {
      std::string_view value = s.text.substr(mask + strlen("used_bytes_mask"));
      usedBytes_ = static_cast<uint32_t>(unsignedNumber(value.substr(0, value.find('"')), line_));
    }
  } else if (isWord(s.text, ".reg")) {
    registers(s.text.substr(4));
  } else if (isWord(s.text, ".shared") || isWord(s.text, ".extern .shared")) {
    shared(s.text);
  } else if (isWord(s.text, ".local") && kernel_) {
    local(s.text.substr(6));
  } else if (!s.text.empty() && s.text[0] == '.') {
    variable(s.text);
  } else if (kernel_) {
    if (!s.text.empty()) instruction(s.text);
  } else {
    fail("'" + std::string(s.text) + "'");
  }
}

void Decoder::header(const Statement& s) {
  std::vector<std::string_view> w = words(s.text);
  if (w[0] == ".loc" || w[0] == ".file") {
    sourceFile(s);
  } else if (w.size() < 2) {
    fail("'" + std::string(s.text) + "'");
  } else if (w[0] == ".version") {
    size_t dot = w[1].find('.');
    if (dot == std::string_view::npos) fail("'" + std::string(s.text) + "'");
    program_->version = static_cast<int>(10 * unsignedNumber(w[1].substr(0, dot), line_) + unsignedNumber(w[1].substr(dot + 1), line_));
  } else if (w[0] == ".target") {
    program_->target = std::string(w[1].substr(0, w[1].find(',')));
  } else if (w[1] != "64") {
    fail("addresses of " + std::string(w[1]) + " bits");
  }
}

void Decoder::sourceFile(const Statement& s) {
  std::vector<std::string_view> w = words(s.text);
  if (w.size() < 3) fail("'" + std::string(s.text) + "'");
  size_t number = unsignedNumber(w[1], line_);
  if (w[0] == ".loc") {
    file_ = static_cast<uint32_t>(number);
    sourceLine_ = static_cast<uint32_t>(unsignedNumber(w[2].substr(0, w[2].find(',')), line_));
    return;
  }
  size_t from = s.text.find('"'), to = s.text.find('"', from + 1);
  if (to == std::string_view::npos || number > 10000) fail("'" + std::string(s.text) + "'");
  if (files_.size() <= number) files_.resize(number + 1);
  files_[number] = fileName(s.text.substr(from + 1, to - from - 1));
}

void Decoder::entry(const Statement& s) {
  size_t at = s.text.find(".entry");
  if (at == std::string_view::npos) fail("a function, or a scope of its own: '" + std::string(s.text.substr(0, 60)) + "'");
  if (kernel_) fail("a kernel within a kernel");
  std::string_view rest = trimmed(s.text.substr(at + 6));
  size_t open = rest.find('('), close = rest.find(')');
  size_t nameEnd = std::min(rest.find_first_of(" \t\r\n("), rest.size());
  std::string name(rest.substr(0, nameEnd));
  auto& kernel = program_->kernels[name];
  if (kernel) fail("a second kernel " + name);
  kernel = std::make_unique<Kernel>();
  kernel_ = kernel.get();
  kernel_->name = name;
  kernel_->line = line_;
  kernel_->sharedBytes = moduleSharedBytes_;
  places_ = modulePlaces_;
  labels_.clear();
  branches_.clear();
  constants_.clear();
  dynamicConstants_.clear();
  registerCount_ = 0;
  scopes_.assign(1, {});
  depth_ = 1;
  if (open != std::string_view::npos) {
    if (close == std::string_view::npos) fail("the parameters of " + name + " do not end");
    parameters(rest.substr(open + 1, close - open - 1));
    rest = rest.substr(close + 1);
  } else {
    rest = rest.substr(nameEnd);
  }
  directives(rest);
}

void Decoder::parameters(std::string_view list) {
  for (std::string_view part : listed(list)) {
    if (!isWord(part, ".param")) fail("'" + std::string(part) + "' among parameters");
    Declared d = declared(part.substr(6));
    auto offset = static_cast<uint32_t>(alignedTo(kernel_->parameterBytes, d.alignment));
    kernel_->parameters.push_back({static_cast<uint32_t>(d.bytes), static_cast<uint32_t>(d.alignment), offset});
    kernel_->parameterBytes = offset + static_cast<uint32_t>(d.bytes);
    places_[d.name] = {PARAM, offset, false};
  }
}

// What stands between a kernel's parameters and its body. Only what changes no result may be passed over.
void Decoder::directives(std::string_view text) {
  std::string_view name;
  for (std::string_view w : words(text)) {
    if (w[0] == '.') {
      name = w;
      if (name == ".maxntid" || name == ".reqntid") kernel_->maxThreads = 1;
      else if (name != ".minnctapersm" && name != ".maxnreg" && name != ".maxnctapersm") fail("the directive " + std::string(name));
    } else if (name == ".maxntid" || name == ".reqntid") {
      for (std::string_view n : listed(w)) {
        if (!n.empty()) kernel_->maxThreads *= static_cast<uint32_t>(unsignedNumber(n, line_));
      }
    }
  }
}

void Decoder::close() {
  for (const auto& [at, label] : branches_) {
    auto found = labels_.find(label);
    if (found == labels_.end()) refuse(kernel_->origins[at].line, "no label " + label);
    kernel_->code[at].branch = found->second;
  }
  // A kernel may end without ret, and a label may stand at its end.
  Instruction end;
  end.action = RETURN;
  kernel_->code.push_back(end);
  Origin origin;
  origin.mnemonic = "end";
  origin.line = line_;
  kernel_->origins.push_back(origin);
  kernel_->sharedBytes = static_cast<uint32_t>(alignedTo(kernel_->sharedBytes, 16));
  for (auto [index, offset] : dynamicConstants_) kernel_->constants[index].bits = kernel_->sharedBytes + offset;
  placeRegisters(*kernel_);
  kernel_->issued.assign(kernel_->code.size(), 0);
  kernel_->lanes.assign(kernel_->code.size(), 0);
  kernel_ = nullptr;
  file_ = sourceLine_ = 0;
}

std::shared_ptr<Program> decode(const std::string& text) { return Decoder(text).run(); }

}  // namespace ptx
