// Modules: PTX is read, and every entry held against the host build of the kernel.
#include <dlfcn.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>

#include "../runtime/launch.h"
#include "kernels.h"
#include "memory.h"
#include "module.h"

using namespace emulator;

namespace emulator {

static void* library = nullptr;

void loadHostKernels() {
  std::string path;
  if (const char* named = getenv("CUDA_EMULATOR_KERNELS")) {
    path = named;
  } else {
    Dl_info self;
    if (!dladdr(reinterpret_cast<void*>(&loadHostKernels), &self)) return;
    std::string own = self.dli_fname;
    path = own.substr(0, own.rfind('/')) + "/libkernels.so";
  }
  if (access(path.c_str(), R_OK) != 0) return;
  library = dlopen(path.c_str(), RTLD_NOW);
  if (!library) fprintf(stderr, "[emulator] %s\n", dlerror());
}

void* hostVariable(const char* name) { return dlsym(library ? library : RTLD_DEFAULT, name); }

// Empty, or how the PTX and the host build of one kernel differ.
static std::string difference(const PtxEntry& ptx, const SimtKernel& host) {
  if (static_cast<int>(ptx.parameters.size()) != host.parameterCount) {
    return "the PTX has " + std::to_string(ptx.parameters.size()) + " parameters, the host build " +
           std::to_string(host.parameterCount);
  }
  for (int i = 0; i < host.parameterCount; i++) {
    const PtxParameter& p = ptx.parameters[i];
    const SimtParameter& h = host.parameters[i];
    if (p.size == h.size && p.alignment == h.alignment) continue;
    return "parameter " + std::to_string(i) + " has " + std::to_string(p.size) + " bytes aligned to " +
           std::to_string(p.alignment) + " in the PTX, " + std::to_string(h.size) + " aligned to " +
           std::to_string(h.alignment) + " in the host build";
  }
  return "";
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
    module->ptx = parsePtx(text);
  } catch (const std::runtime_error& wrong) {
    return fail(CUDA_ERROR_INVALID_PTX, wrong.what());
  }
  if (settings.rejectModules > 0) {
    settings.rejectModules--;
    return fail(CUDA_ERROR_UNSUPPORTED_PTX_VERSION, "cuModuleLoadData: made to refuse its PTX");
  }
  if (module->ptx.version > newestPtx(settings.driverVersion)) {
    return fail(CUDA_ERROR_UNSUPPORTED_PTX_VERSION, "PTX " + std::to_string(module->ptx.version / 10) + "." +
                                                        std::to_string(module->ptx.version % 10) +
                                                        " is newer than the driver");
  }
  int target = atoi(module->ptx.target.c_str() + 3);  // of "sm_80"
  if (target > settings.computeCapability) {
    return fail(CUDA_ERROR_NO_BINARY_FOR_GPU, "PTX for " + module->ptx.target + ", the device is sm_" + std::to_string(settings.computeCapability));
  }
  for (const auto& [name, entry] : module->ptx.entries) {
    const SimtKernel* host = simt::findKernel(name.c_str());
    if (!host) continue;
    std::string wrong = difference(entry, *host);
    if (!wrong.empty()) return fail(CUDA_ERROR_INVALID_PTX, "kernel " + name + ": " + wrong + " (stale PTX?)");
    module->functions[name] = CUfunc_st{name, host, &entry, 48 * 1024, module->context};
  }
  *out = module.release();
  born(*out, "module", std::to_string((*out)->ptx.entries.size()) + " entries");
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
    bool inPtx = module->ptx.entries.count(name) > 0;
    return fail(CUDA_ERROR_NOT_FOUND, std::string(name) + (inPtx ? " has no host build" : " is not in the module"));
  }
  *function = &found->second;
  return CUDA_SUCCESS;
}

CUDA_API cuModuleGetGlobal_v2(CUdeviceptr* address, size_t* bytes, CUmodule module, const char* name) {
  NEED_CONTEXT;
  auto found = module->ptx.variables.find(name);
  void* host = hostVariable(name);
  if (found == module->ptx.variables.end() || !host) {
    return fail(CUDA_ERROR_NOT_FOUND, std::string("no variable ") + name);
  }
  lend(host, found->second, module->context);
  *address = reinterpret_cast<CUdeviceptr>(host);
  if (bytes) *bytes = found->second;
  return CUDA_SUCCESS;
}

CUDA_API cuFuncGetAttribute(int* value, int attribute, CUfunction function) {
  switch (attribute) {
    case 0:  // MAX_THREADS_PER_BLOCK
      *value = function->entry->maxThreads ? static_cast<int>(function->entry->maxThreads) : 1024;
      break;
    case 1:  // SHARED_SIZE_BYTES
      *value = static_cast<int>(function->entry->sharedBytes);
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
  if (value < 0 || value + function->entry->sharedBytes > MAX_SHARED_BYTES) {
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
