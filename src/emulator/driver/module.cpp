// Modules: PTX is decoded, and each entry becomes a function.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <stdexcept>

#include "memory.h"
#include "module.h"
#include "programs.h"

using namespace emulator;

namespace emulator {

static const std::align_val_t VARIABLE_ALIGNMENT{256};

ModuleVariables::ModuleVariables(const ptx::Program& program, CUcontext context) {
  for (const ptx::Variable& variable : program.variables) {
    size_t bytes = variable.initial.size();
    void* memory = ::operator new(bytes ? bytes : 1, VARIABLE_ALIGNMENT);
    memcpy(memory, variable.initial.data(), bytes);
    lend(memory, bytes, context);
    addresses_.push_back(reinterpret_cast<uint64_t>(memory));
  }
}

ModuleVariables::~ModuleVariables() {
  for (uint64_t address : addresses_) {
    auto* memory = reinterpret_cast<void*>(address);
    takeBack(memory);
    ::operator delete(memory, VARIABLE_ALIGNMENT);
  }
}

// The PTX ISA that a driver reads (PTX ISA, release notes): 7.0 came with CUDA 11.0, one more with
// each release; 12.6 brought none.
static int newestPtx(int driverVersion) {
  int major = driverVersion / 1000, minor = driverVersion % 1000 / 10;
  if (major >= 13) return 90 + minor;
  if (major == 12) return 80 + (minor > 5 ? minor - 1 : minor);
  return 70 + minor;
}

static CUresult load(CUmodule* out, const char* text) {
  if (allocationFails()) return fail(CUDA_ERROR_OUT_OF_MEMORY, "cuModuleLoadData: made to fail");
  auto module = std::make_unique<CUmod_st>();
  module->context = currentContext();
  try {
    module->program = program(text);
  } catch (const std::runtime_error& wrong) {
    return fail(CUDA_ERROR_INVALID_PTX, wrong.what());
  }
  if (settings.rejectModules > 0) {
    settings.rejectModules--;
    return fail(CUDA_ERROR_UNSUPPORTED_PTX_VERSION, "cuModuleLoadData: made to refuse its PTX");
  }
  if (module->program->version > newestPtx(settings.driverVersion)) {
    return fail(CUDA_ERROR_UNSUPPORTED_PTX_VERSION, "PTX " + std::to_string(module->program->version / 10) + "." +
                                                        std::to_string(module->program->version % 10) +
                                                        " is newer than the driver");
  }
  int target = atoi(module->program->target.c_str() + 3);  // of "sm_80"
  if (target > settings.computeCapability) {
    return fail(CUDA_ERROR_NO_BINARY_FOR_GPU, "PTX for " + module->program->target + ", the device is sm_" + std::to_string(settings.computeCapability));
  }
  module->variables = std::make_shared<ModuleVariables>(*module->program, module->context);
  for (const auto& [name, kernel] : module->program->kernels) {
    module->functions[name] = CUfunc_st{name, module->program, kernel.get(), module->variables, 48 * 1024, module->context};
  }
  *out = module.release();
  born(*out, "module", std::to_string((*out)->functions.size()) + " entries");
  return CUDA_SUCCESS;
}

}  // namespace emulator

CUDA_API cuModuleLoadData(CUmodule* module, const void* image) {
  NEED_CONTEXT;
  return load(module, static_cast<const char*>(image));
}

// Of the options only the log of errors is kept: 5 is its buffer, 6 the buffer's size.
CUDA_API cuModuleLoadDataEx(CUmodule* module, const void* image, unsigned count, int* options, void** values) {
  NEED_CONTEXT;
  CUresult result = load(module, static_cast<const char*>(image));
  char* log = nullptr;
  size_t bytes = 0;
  for (unsigned i = 0; i < count; i++) {
    if (options[i] == 5) log = static_cast<char*>(values[i]);
    if (options[i] == 6) bytes = reinterpret_cast<size_t>(values[i]) & 0xffffffffu;
  }
  if (result != CUDA_SUCCESS && log && bytes) snprintf(log, bytes, "%s", failure().c_str());
  return result;
}

CUDA_API cuModuleUnload(CUmodule module) {
  if (!dies(module)) return fail(CUDA_ERROR_INVALID_HANDLE, "cuModuleUnload: not a module, or unloaded");
  delete module;
  return CUDA_SUCCESS;
}

CUDA_API cuModuleGetFunction(CUfunction* function, CUmodule module, const char* name) {
  NEED_CONTEXT;
  if (!isAlive(module, "module")) return fail(CUDA_ERROR_INVALID_HANDLE, "cuModuleGetFunction: not a module");
  auto found = module->functions.find(name);
  if (found == module->functions.end()) {
    return fail(CUDA_ERROR_NOT_FOUND, std::string(name) + " is not in the module");
  }
  *function = &found->second;
  return CUDA_SUCCESS;
}

CUDA_API cuModuleGetGlobal_v2(CUdeviceptr* address, size_t* bytes, CUmodule module, const char* name) {
  NEED_CONTEXT;
  if (!isAlive(module, "module")) return fail(CUDA_ERROR_INVALID_HANDLE, "cuModuleGetGlobal: not a module");
  const std::vector<ptx::Variable>& variables = module->program->variables;
  for (size_t k = 0; k < variables.size(); k++) {
    if (variables[k].name != name) continue;
    *address = static_cast<CUdeviceptr>(module->variables->addresses()[k]);
    if (bytes) *bytes = variables[k].initial.size();
    return CUDA_SUCCESS;
  }
  return fail(CUDA_ERROR_NOT_FOUND, std::string("no variable ") + name);
}

CUDA_API cuFuncGetAttribute(int* value, int attribute, CUfunction function) {
  switch (attribute) {
    case 0:  // MAX_THREADS_PER_BLOCK
      *value = function->kernel->maxThreads ? static_cast<int>(function->kernel->maxThreads) : 1024;
      break;
    case 1:  // SHARED_SIZE_BYTES
      *value = static_cast<int>(function->kernel->sharedBytes);
      break;
    case 5:  // PTX_VERSION
    case 6:  // BINARY_VERSION
      *value = 90;
      break;
    case 8:  // MAX_DYNAMIC_SHARED_SIZE_BYTES
      *value = static_cast<int>(function->dynamicLimit);
      break;
    default:
      *value = 0;
  }
  return CUDA_SUCCESS;
}

CUDA_API cuFuncSetAttribute(CUfunction function, int attribute, int value) {
  if (attribute != 8) return CUDA_SUCCESS;
  if (value < 0 || value + function->kernel->sharedBytes > MAX_SHARED_BYTES) {
    return fail(CUDA_ERROR_INVALID_VALUE, function->name + ": " + std::to_string(value) + " bytes of dynamic shared memory are over the device's " + std::to_string(MAX_SHARED_BYTES));
  }
  function->dynamicLimit = static_cast<size_t>(value);
  return CUDA_SUCCESS;
}

CUDA_API cuFuncSetCacheConfig(CUfunction, int) { return CUDA_SUCCESS; }

CUDA_API cuOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, CUfunction, int threads, size_t shared) {
  int byThreads = 2048 / threads;
  int byShared = shared ? static_cast<int>(MAX_SHARED_BYTES / shared) : byThreads;
  *blocks = byThreads < byShared ? byThreads : byShared;
  return CUDA_SUCCESS;
}
