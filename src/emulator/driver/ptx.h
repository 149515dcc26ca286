// What a PTX text declares: entries with their parameters, variables, shared memory.
#pragma once
#include <map>
#include <string>
#include <vector>

namespace emulator {

struct PtxParameter {
  unsigned size, alignment;
};

struct PtxEntry {
  std::vector<PtxParameter> parameters;
  unsigned maxThreads = 0;  // .maxntid; 0: none stated
  size_t sharedBytes = 0;   // declared in the entry, not dynamic
};

struct PtxModule {
  int version = 0;  // 90 for ".version 9.0"
  std::string target;
  std::map<std::string, PtxEntry> entries;
  std::map<std::string, size_t> variables;  // .const and .global, in bytes
};

// Throws std::runtime_error saying what is wrong with the text.
PtxModule parsePtx(const std::string& text);

}  // namespace emulator
