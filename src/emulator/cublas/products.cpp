// Products of matrices in column-major order, queued on the handle's stream like a kernel. Sums are
// taken in an order that is not a plain loop's and changes with the schedule: cuBLAS promises none.
#include <cmath>
#include <vector>

#include "../driver/memory.h"
#include "api.h"

using namespace emulator;

void emulator_product_done();

enum { PLAIN = 0, TRANSPOSED = 1, CONJUGATED = 2 };

// One operand of every product of a batch: element (i, j) of product b at b stride + i + j leading,
// or with i and j exchanged.
struct Operand {
  const char* name;
  CUdeviceptr address;
  int rows, columns;  // as it lies in memory
  long long leading, stride;

  bool empty() const { return rows == 0 || columns == 0; }
  long long extent() const { return empty() ? 0 : (columns - 1) * leading + rows; }
  const float* of(int product) const { return reinterpret_cast<const float*>(address) + product * stride; }
};

struct Batch {
  const char* call;
  bool transposeA, transposeB;
  int m, n, k, count;
  Operand a, b, c;
};

static std::string illegal(const Batch& batch, const Operand& operand, CUcontext context) {
  if (operand.empty()) return "";
  size_t bytes = sizeof(float) * ((batch.count - 1) * operand.stride + operand.extent());
  Locked lock(stateMutex);
  const Allocation* memory = find(operand.address, bytes);
  if (memory && memory->owner->device == context->device) return "";
  return std::string(batch.call) + ": the " + std::to_string(bytes) + " bytes of " + operand.name + " are not inside one allocation of device " +
         std::to_string(context->device);
}

// Partial sums of every parts-th term, added from the last to the first.
static float dot(const float* x, long long stepX, const float* y, long long stepY, int terms, int parts) {
  float sum = 0.0f;
  for (int part = parts - 1; part >= 0; part--) {
    float partial = 0.0f;
    for (int p = part; p < terms; p += parts) partial = std::fma(x[p * stepX], y[p * stepY], partial);
    sum += partial;
  }
  return sum;
}

static CUresult multiply(const Batch& batch, CUcontext context, float alpha, float beta) {
  for (const Operand* operand : {&batch.a, &batch.b, &batch.c}) {
    std::string wrong = illegal(batch, *operand, context);
    if (!wrong.empty()) return stick(context, CUDA_ERROR_ILLEGAL_ADDRESS, wrong);
  }
  const int parts = 3 + static_cast<int>(settings.schedule % 6);
  const long long rowA = batch.transposeA ? batch.a.leading : 1, termA = batch.transposeA ? 1 : batch.a.leading;
  const long long columnB = batch.transposeB ? 1 : batch.b.leading, termB = batch.transposeB ? batch.b.leading : 1;
  for (int product = 0; product < batch.count; product++) {
    const float *a = batch.a.of(product), *b = batch.b.of(product);
    float* c = const_cast<float*>(batch.c.of(product));
    for (int j = 0; j < batch.n; j++) {
      for (int i = 0; i < batch.m; i++) {
        float sum = alpha * dot(a + i * rowA, termA, b + j * columnB, termB, batch.k, parts);
        float& to = c[i + j * batch.c.leading];
        to = beta == 0.0f ? sum : std::fma(beta, to, sum);
      }
    }
  }
  std::string broken = brokenCanary();
  if (!broken.empty()) return stick(context, CUDA_ERROR_ILLEGAL_ADDRESS, std::string(batch.call) + ": " + broken);
  emulator_product_done();
  return CUDA_SUCCESS;
}

static std::string refusal(const Batch& b, const void* alpha, const void* beta) {
  if (b.m < 0 || b.n < 0 || b.k < 0 || b.count < 0) {
    return "m, n, k, batches = " + std::to_string(b.m) + ", " + std::to_string(b.n) + ", " + std::to_string(b.k) + ", " +
           std::to_string(b.count);
  }
  if (!alpha || !beta) return "alpha or beta is null";
  for (const Operand* operand : {&b.a, &b.b, &b.c}) {
    if (operand->leading < (operand->rows > 1 ? operand->rows : 1)) {
      return "ld" + std::string(operand->name) + " = " + std::to_string(operand->leading) + ", " + operand->name + " has " +
             std::to_string(operand->rows) + " rows";
    }
    if (!operand->address && !operand->empty()) return std::string(operand->name) + " is null";
  }
  if (b.count > 1 && !b.c.empty() && b.c.stride < b.m) return "products overlap: the stride of C is " + std::to_string(b.c.stride);
  return "";
}

static cublasStatus_t queue(cublasHandle_t handle, const Batch& batch, const float* alpha, const float* beta) {
  if (cublasStatus_t missing = needHandle(handle, batch.call)) return missing;
  std::string refused = refusal(batch, alpha, beta);
  if (!refused.empty()) return refuse(CUBLAS_STATUS_INVALID_VALUE, std::string(batch.call) + ": " + refused);
  if (batch.m == 0 || batch.n == 0 || batch.count == 0) return CUBLAS_STATUS_SUCCESS;
  CUcontext context = handle->context;
  CUresult result;
  if (handle->pointerMode == CUBLAS_POINTER_MODE_HOST) {
    float hostAlpha = *alpha, hostBeta = *beta;
    result = enqueue(handle->stream, [=] { return multiply(batch, context, hostAlpha, hostBeta); });
  } else {
    result = enqueue(handle->stream, [=] { return multiply(batch, context, *alpha, *beta); });
  }
  return result ? refuse(CUBLAS_STATUS_EXECUTION_FAILED, context->stickyMessage) : CUBLAS_STATUS_SUCCESS;
}

static Batch describe(const char* call, int transA, int transB, int m, int n, int k, const float* a, int lda,
                      long long strideA, const float* b, int ldb, long long strideB, float* c, int ldc,
                      long long strideC, int count) {
  bool ta = transA != PLAIN, tb = transB != PLAIN;
  auto address = [](const float* p) { return reinterpret_cast<CUdeviceptr>(p); };
  return {call, ta, tb, m, n, k, count,
          {"A", address(a), ta ? k : m, ta ? m : k, lda, strideA},
          {"B", address(b), tb ? n : k, tb ? k : n, ldb, strideB},
          {"C", address(c), m, n, ldc, strideC}};
}

CUBLAS_API cublasSgemmStridedBatched(cublasHandle_t handle, int transA, int transB, int m, int n, int k,
                                     const float* alpha, const float* a, int lda, long long strideA, const float* b,
                                     int ldb, long long strideB, const float* beta, float* c, int ldc,
                                     long long strideC, int count) {
  if (transA < PLAIN || transA > CONJUGATED || transB < PLAIN || transB > CONJUGATED) {
    return refuse(CUBLAS_STATUS_INVALID_VALUE, "cublasSgemmStridedBatched: an unknown operation on A or B");
  }
  return queue(handle,
               describe("cublasSgemmStridedBatched", transA, transB, m, n, k, a, lda, strideA, b, ldb, strideB, c, ldc,
                        strideC, count),
               alpha, beta);
}

CUBLAS_API cublasSgemm_v2(cublasHandle_t handle, int transA, int transB, int m, int n, int k, const float* alpha,
                          const float* a, int lda, const float* b, int ldb, const float* beta, float* c, int ldc) {
  return cublasSgemmStridedBatched(handle, transA, transB, m, n, k, alpha, a, lda, 0, b, ldb, 0, beta, c, ldc, 0, 1);
}
