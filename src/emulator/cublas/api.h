// The cuBLAS API's own types and numbers, as far as the double uses them (cuBLAS 12 and 13).
#pragma once
#include <string>

#include "../driver/stream.h"

typedef int cublasStatus_t;

enum {
  CUBLAS_STATUS_SUCCESS = 0,
  CUBLAS_STATUS_NOT_INITIALIZED = 1,
  CUBLAS_STATUS_ALLOC_FAILED = 3,
  CUBLAS_STATUS_INVALID_VALUE = 7,
  CUBLAS_STATUS_EXECUTION_FAILED = 13,
  CUBLAS_STATUS_NOT_SUPPORTED = 15
};

enum { CUBLAS_POINTER_MODE_HOST = 0, CUBLAS_POINTER_MODE_DEVICE = 1 };

// Where the scalars are, the stream of the products, and the memory that the library keeps.
struct cublasContext {
  CUcontext context;
  CUstream stream;
  int pointerMode, mathMode;
  CUdeviceptr workspace;
};
typedef cublasContext* cublasHandle_t;

#define CUBLAS_API extern "C" __attribute__((visibility("default"))) cublasStatus_t

namespace emulator {

// Records why the calling thread's call fails, for cublasGetStatusString and stderr.
cublasStatus_t refuse(cublasStatus_t status, const std::string& message);

// CUBLAS_STATUS_SUCCESS if this thread may use the handle; what names the call.
cublasStatus_t needHandle(cublasHandle_t handle, const char* what);

}  // namespace emulator
