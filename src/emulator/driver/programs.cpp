#include "programs.h"

#include <deque>

#include "state.h"

namespace emulator {

namespace {

// Texts are told apart by content. More modules than a backend has; tests load more.
const size_t KEPT = 24;

struct Loaded {
  std::string text;
  std::shared_ptr<ptx::Program> program;
};

// Never destroyed, as all that calls may reach.
std::deque<Loaded>& loaded() {
  static auto* all = new std::deque<Loaded>();
  return *all;
}

uint32_t replacedNumber = 0;
std::string& replacement() {
  static auto* line = new std::string();
  return *line;
}

std::string replaced(const std::string& text) {
  size_t from = 0;
  for (uint32_t line = 1; line < replacedNumber; line++) {
    from = text.find('\n', from);
    if (from == std::string::npos) return text;
    from++;
  }
  size_t end = text.find('\n', from);
  return text.substr(0, from) + replacement() + (end == std::string::npos ? "" : text.substr(end));
}

}  // namespace

std::shared_ptr<ptx::Program> program(const std::string& original) {
  Locked lock(stateMutex);
  std::string text = replacedNumber ? replaced(original) : original;
  for (size_t k = 0; k < loaded().size(); k++) {
    if (loaded()[k].text == text) return loaded()[k].program;
  }
  std::shared_ptr<ptx::Program> decoded = ptx::decode(text);
  if (loaded().size() == KEPT) loaded().pop_front();
  loaded().push_back({std::move(text), decoded});
  return decoded;
}

void replaceLine(uint32_t number, const std::string& line) {
  Locked lock(stateMutex);
  replacedNumber = number;
  replacement() = line;
}

std::string instructionCounts() {
  Locked lock(stateMutex);
  std::string report;
  for (const Loaded& one : loaded()) {
    for (const auto& [name, kernel] : one.program->kernels) {
      // The last stands for a missing ret.
      for (size_t pc = 0; pc + 1 < kernel->code.size(); pc++) {
        const ptx::Origin& o = kernel->origins[pc];
        report += name + '\t' + ptx::KIND_NAMES[kernel->code[pc].kind] + '\t' + o.mnemonic + '\t' + std::to_string(o.line) + '\t' +
                  (o.file < kernel->files.size() ? kernel->files[o.file] : "") + '\t' + std::to_string(o.sourceLine) + '\t' +
                  std::to_string(kernel->issued[pc]) + '\t' + std::to_string(kernel->lanes[pc]) + '\n';
      }
    }
  }
  return report;
}

void clearCounts() {
  Locked lock(stateMutex);
  for (const Loaded& one : loaded()) {
    for (const auto& [name, kernel] : one.program->kernels) {
      kernel->issued.assign(kernel->issued.size(), 0);
      kernel->lanes.assign(kernel->lanes.size(), 0);
    }
  }
}

}  // namespace emulator
