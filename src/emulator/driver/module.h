// A loaded module and its functions.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "../interpreter/program.h"
#include "state.h"

namespace emulator {

// The .const and .global variables of one loaded module: memory that kernels and copies may touch.
class ModuleVariables {
 public:
  ModuleVariables(const ptx::Program& program, CUcontext context);
  ~ModuleVariables();
  ModuleVariables(const ModuleVariables&) = delete;
  ModuleVariables& operator=(const ModuleVariables&) = delete;
  const std::vector<uint64_t>& addresses() const { return addresses_; }

 private:
  std::vector<uint64_t> addresses_;
};

const size_t MAX_SHARED_BYTES = 232448;  // of a block, as on a Hopper

}  // namespace emulator

struct CUfunc_st {
  std::string name;
  std::shared_ptr<ptx::Program> program;
  ptx::Kernel* kernel;
  std::shared_ptr<emulator::ModuleVariables> variables;
  size_t dynamicLimit;
  CUcontext context;
};
typedef CUfunc_st* CUfunction;

struct CUmod_st {
  CUcontext context;
  std::shared_ptr<ptx::Program> program;
  std::shared_ptr<emulator::ModuleVariables> variables;
  std::map<std::string, CUfunc_st> functions;
};
typedef CUmod_st* CUmodule;
