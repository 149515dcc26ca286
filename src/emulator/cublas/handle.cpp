// The cuBLAS handle: what belongs to it, and what it says when a call fails.
#include <cstdio>
#include <map>

#include "../driver/memory.h"
#include "api.h"

CUDA_API cuGetErrorString(CUresult code, const char** text);

using namespace emulator;

static const size_t WORKSPACE_BYTES = 4 << 20;  // cuBLAS keeps as much, on a Hopper eight times that

static thread_local cublasStatus_t lastStatus = CUBLAS_STATUS_SUCCESS;
static thread_local std::string lastMessage;

namespace emulator {

cublasStatus_t refuse(cublasStatus_t status, const std::string& message) {
  lastStatus = status;
  lastMessage = message;
  fprintf(stderr, "[emulator] %s\n", message.c_str());
  return status;
}

cublasStatus_t needHandle(cublasHandle_t handle, const char* what) {
  if (!isAlive(handle, "cuBLAS handle")) {
    return refuse(CUBLAS_STATUS_NOT_INITIALIZED, std::string(what) + ": not a cuBLAS handle");
  }
  if (currentContext() != handle->context) {
    return refuse(CUBLAS_STATUS_EXECUTION_FAILED, std::string(what) + ": the handle belongs to another context");
  }
  if (handle->context->sticky) {
    return refuse(CUBLAS_STATUS_EXECUTION_FAILED, std::string(what) + " after " + handle->context->stickyMessage);
  }
  return CUBLAS_STATUS_SUCCESS;
}

// What a stub of an API function that is not emulated returns; see stubs in build.sh.
extern "C" cublasStatus_t cublas_not_supported(const char* name) {
  return refuse(CUBLAS_STATUS_NOT_SUPPORTED, std::string(name) + " is not emulated");
}

}  // namespace emulator

#define NEED_HANDLE(handle)                                                      \
  do {                                                                           \
    if (cublasStatus_t missing = needHandle(handle, __func__)) return missing;   \
  } while (0)

CUBLAS_API cublasCreate_v2(cublasHandle_t* handle) {
  if (CUresult error = needContext("cublasCreate")) {
    return refuse(CUBLAS_STATUS_NOT_INITIALIZED, "cublasCreate without a usable context, code " + std::to_string(error));
  }
  CUdeviceptr workspace;
  if (allocate(currentContext(), WORKSPACE_BYTES, &workspace)) {
    const char* why;
    cuGetErrorString(CUDA_ERROR_OUT_OF_MEMORY, &why);
    return refuse(CUBLAS_STATUS_ALLOC_FAILED, std::string("cublasCreate: ") + why);
  }
  *handle = new cublasContext{currentContext(), nullptr, CUBLAS_POINTER_MODE_HOST, 0, workspace};
  born(*handle, "cuBLAS handle", "device " + std::to_string(currentContext()->device));
  return CUBLAS_STATUS_SUCCESS;
}

CUBLAS_API cublasDestroy_v2(cublasHandle_t handle) {
  if (!isAlive(handle, "cuBLAS handle")) {
    return refuse(CUBLAS_STATUS_NOT_INITIALIZED, "cublasDestroy: not a cuBLAS handle");
  }
  if (!handle->context->sticky) finishAll(handle->context);
  release(handle->workspace);
  dies(handle);
  delete handle;
  return CUBLAS_STATUS_SUCCESS;
}

CUBLAS_API cublasGetVersion_v2(cublasHandle_t handle, int* version) {
  NEED_HANDLE(handle);
  *version = CUBLAS_VERSION;
  return CUBLAS_STATUS_SUCCESS;
}

CUBLAS_API cublasSetStream_v2(cublasHandle_t handle, CUstream stream) {
  NEED_HANDLE(handle);
  if (stream && !isAlive(stream, "stream")) return refuse(CUBLAS_STATUS_INVALID_VALUE, "cublasSetStream: not a stream");
  handle->stream = stream;
  return CUBLAS_STATUS_SUCCESS;
}

CUBLAS_API cublasGetStream_v2(cublasHandle_t handle, CUstream* stream) {
  NEED_HANDLE(handle);
  *stream = handle->stream;
  return CUBLAS_STATUS_SUCCESS;
}

CUBLAS_API cublasSetPointerMode_v2(cublasHandle_t handle, int mode) {
  NEED_HANDLE(handle);
  if (mode != CUBLAS_POINTER_MODE_HOST && mode != CUBLAS_POINTER_MODE_DEVICE) {
    return refuse(CUBLAS_STATUS_INVALID_VALUE, "cublasSetPointerMode: mode " + std::to_string(mode));
  }
  handle->pointerMode = mode;
  return CUBLAS_STATUS_SUCCESS;
}

CUBLAS_API cublasGetPointerMode_v2(cublasHandle_t handle, int* mode) {
  NEED_HANDLE(handle);
  *mode = handle->pointerMode;
  return CUBLAS_STATUS_SUCCESS;
}

CUBLAS_API cublasSetMathMode(cublasHandle_t handle, int mode) {
  NEED_HANDLE(handle);
  handle->mathMode = mode;
  return CUBLAS_STATUS_SUCCESS;
}

CUBLAS_API cublasGetMathMode(cublasHandle_t handle, int* mode) {
  NEED_HANDLE(handle);
  *mode = handle->mathMode;
  return CUBLAS_STATUS_SUCCESS;
}

static const char* nameOf(cublasStatus_t status) {
  static const std::map<cublasStatus_t, const char*> names = {
      {0, "CUBLAS_STATUS_SUCCESS"},          {1, "CUBLAS_STATUS_NOT_INITIALIZED"}, {3, "CUBLAS_STATUS_ALLOC_FAILED"},
      {7, "CUBLAS_STATUS_INVALID_VALUE"},    {8, "CUBLAS_STATUS_ARCH_MISMATCH"},   {11, "CUBLAS_STATUS_MAPPING_ERROR"},
      {13, "CUBLAS_STATUS_EXECUTION_FAILED"}, {14, "CUBLAS_STATUS_INTERNAL_ERROR"}, {15, "CUBLAS_STATUS_NOT_SUPPORTED"}};
  auto found = names.find(status);
  return found == names.end() ? "an unknown status" : found->second;
}

extern "C" __attribute__((visibility("default"))) const char* cublasGetStatusName(cublasStatus_t status) {
  return nameOf(status);
}

// cuBLAS gives one fixed sentence a status; here it is the message of this thread's failure.
extern "C" __attribute__((visibility("default"))) const char* cublasGetStatusString(cublasStatus_t status) {
  return status != CUBLAS_STATUS_SUCCESS && status == lastStatus ? lastMessage.c_str() : nameOf(status);
}
