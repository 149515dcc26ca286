// A loaded module and its functions.
#pragma once
#include <map>
#include <string>

#include "../shim/registration.h"
#include "ptx.h"
#include "state.h"

struct CUfunc_st {
  std::string name;
  const SimtKernel* host;
  const emulator::PtxEntry* entry;
  size_t dynamicLimit;
  CUcontext context;
};
typedef CUfunc_st* CUfunction;

struct CUmod_st {
  CUcontext context;
  emulator::PtxModule ptx;
  std::map<std::string, CUfunc_st> functions;
};
typedef CUmod_st* CUmodule;

namespace emulator {

const size_t MAX_SHARED_BYTES = 232448;  // of a block, as on a Hopper

}  // namespace emulator
