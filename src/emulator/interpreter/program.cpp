#include "program.h"

namespace ptx {

const char* const KIND_NAMES[KINDS] = {"fma", "float", "special", "double", "integer", "wide", "division", "compare", "predicate", "select",
                                       "move", "convert", "shuffle", "barrier", "control", "parameter", "shared", "global", "local"};

// "ld.global.f32 at planted_bugs.cu:27 (PTX line 61)".
std::string Kernel::where(size_t pc) const {
  const Origin& o = origins[pc];
  std::string text = o.mnemonic;
  if (o.file < files.size() && !files[o.file].empty()) text += " at " + files[o.file] + ":" + std::to_string(o.sourceLine);
  return text + " (PTX line " + std::to_string(o.line) + ")";
}

}  // namespace ptx
