// Initialisation, devices' contexts, and which context is current on which thread.
#include <vector>

#include "memory.h"
#include "state.h"
#include "stream.h"

using namespace emulator;

static thread_local std::vector<CUcontext> contextStack;

static CUctx_st& primary(int device) {
  static auto* contexts = new std::map<int, CUctx_st>();
  auto found = contexts->find(device);
  if (found == contexts->end()) {
    found = contexts->emplace(device, CUctx_st{device, true, 0, 0, ""}).first;
  }
  return found->second;
}

namespace emulator {

CUcontext currentContext() { return contextStack.empty() ? nullptr : contextStack.back(); }

CUresult needContext(const char* what) {
  if (!initialised) return fail(CUDA_ERROR_NOT_INITIALIZED, std::string(what) + " before cuInit");
  CUcontext context = currentContext();
  if (!context) {
    return fail(CUDA_ERROR_INVALID_CONTEXT, std::string(what) + ": no context is current on this thread");
  }
  if (context->sticky) return fail(context->sticky, context->stickyMessage);
  return CUDA_SUCCESS;
}

// Ends what a context owns: work not yet done is dropped, memory is given back.
static void destroy(CUcontext context) {
  dropWork(context);
  freeAllOf(context);
  context->sticky = 0;
  context->stickyMessage.clear();
}

}  // namespace emulator

CUDA_API cuInit(unsigned) {
  Locked lock(stateMutex);
  initialised = true;
  return CUDA_SUCCESS;
}

CUDA_API cuCtxCreate_v2(CUcontext* context, unsigned, CUdevice device) {
  if (!initialised) return fail(CUDA_ERROR_NOT_INITIALIZED, "cuCtxCreate before cuInit");
  if (device < 0 || device >= settings.devices) return fail(CUDA_ERROR_INVALID_DEVICE, "cuCtxCreate: no such device");
  if (allocationFails()) return fail(CUDA_ERROR_OUT_OF_MEMORY, "cuCtxCreate: made to fail");
  *context = new CUctx_st{device, false, 1, 0, ""};
  born(*context, "context", "device " + std::to_string(device));
  contextStack.push_back(*context);
  return CUDA_SUCCESS;
}

CUDA_API cuCtxDestroy_v2(CUcontext context) {
  if (!isAlive(context, "context")) return fail(CUDA_ERROR_INVALID_CONTEXT, "cuCtxDestroy: not a context");
  destroy(context);
  dies(context);
  while (!contextStack.empty() && contextStack.back() == context) contextStack.pop_back();
  delete context;
  return CUDA_SUCCESS;
}

CUDA_API cuDevicePrimaryCtxRetain(CUcontext* context, CUdevice device) {
  if (!initialised) return fail(CUDA_ERROR_NOT_INITIALIZED, "cuDevicePrimaryCtxRetain before cuInit");
  if (device < 0 || device >= settings.devices) return fail(CUDA_ERROR_INVALID_DEVICE, "cuDevicePrimaryCtxRetain: no such device");
  if (allocationFails()) return fail(CUDA_ERROR_OUT_OF_MEMORY, "cuDevicePrimaryCtxRetain: made to fail");
  Locked lock(stateMutex);
  CUctx_st& own = primary(device);
  if (own.retained++ == 0) born(&own, "context", "primary context of device " + std::to_string(device));
  *context = &own;
  return CUDA_SUCCESS;
}

CUDA_API cuDevicePrimaryCtxRelease_v2(CUdevice device) {
  Locked lock(stateMutex);
  CUctx_st& own = primary(device);
  if (own.retained == 0) return fail(CUDA_ERROR_INVALID_CONTEXT, "cuDevicePrimaryCtxRelease: it is not retained");
  if (--own.retained == 0) {
    destroy(&own);
    dies(&own);
  }
  return CUDA_SUCCESS;
}

CUDA_API cuDevicePrimaryCtxReset_v2(CUdevice device) {
  Locked lock(stateMutex);
  destroy(&primary(device));
  return CUDA_SUCCESS;
}

CUDA_API cuDevicePrimaryCtxGetState(CUdevice device, unsigned* flags, int* active) {
  *flags = 0;
  *active = primary(device).retained > 0;
  return CUDA_SUCCESS;
}

CUDA_API cuCtxSetCurrent(CUcontext context) {
  if (!contextStack.empty()) contextStack.pop_back();
  if (context) contextStack.push_back(context);
  return CUDA_SUCCESS;
}

CUDA_API cuCtxGetCurrent(CUcontext* context) {
  *context = currentContext();
  return CUDA_SUCCESS;
}

CUDA_API cuCtxPushCurrent_v2(CUcontext context) {
  contextStack.push_back(context);
  return CUDA_SUCCESS;
}

CUDA_API cuCtxPopCurrent_v2(CUcontext* context) {
  if (contextStack.empty()) return fail(CUDA_ERROR_INVALID_CONTEXT, "cuCtxPopCurrent: none is current");
  if (context) *context = contextStack.back();
  contextStack.pop_back();
  return CUDA_SUCCESS;
}

CUDA_API cuCtxGetDevice(CUdevice* device) {
  NEED_CONTEXT;
  *device = currentContext()->device;
  return CUDA_SUCCESS;
}

CUDA_API cuCtxSynchronize() {
  NEED_CONTEXT;
  return finishAll(currentContext());
}
