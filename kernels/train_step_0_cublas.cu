// Rung 0, cublas: the products of a step by cuBLAS, and what lies between them by small kernels.
//
// Parallel over: models and generators (draw), models, hidden units and samples (gates), models and
// features (output), weights (update), models (finish). Global memory holds everything: per model
// two matrices of 2 B rows, so that the gradient of tied weights is one product:
//
//   inputs (features, 2 B): x, then d = dL/dpre;   hidden (hidden, 2 B): dh, then g = gate(h)
//   g = x W    d <- g D^T (+ b, output)    dh = d D    dW = [dh; g]^T [x; d], or dh^T x and g^T d
//
// cuBLAS leaves the order of sums open: the one rung whose bits are not the CPU's, for `fast` only.
// Twin of toymodels.backend.cuda.internal.launch.CublasLaunch. Java reference: toymodels.backend.reference.ReferenceModel.
#include "draw_batch.cuh"

const int OUTPUT_THREADS = 128;
const int FINISH_THREADS = 256;
const int WARP = 32;

// Arrays begin at multiples of 16 bytes.
static __device__ __forceinline__ long long aligned(long long floats) { return (floats + 3) / 4 * 4; }

// Scratch of one model; set words are (batch, sets).
struct CublasScratch {
  float *inputs, *hidden, *gradient, *losses;
  unsigned *unfinite, *words;

  __device__ CublasScratch(const Training& t, long long model) {
    long long n = t.features, m = t.hidden, rows = 2ll * t.batch, weights = bias_index(t);
    long long floats = aligned(n * rows) + aligned(m * rows) + aligned(weights) + aligned(n) + 4 +
                       aligned((long long)t.batch * t.max_sets);
    inputs = t.scratch + model * floats;
    hidden = inputs + aligned(n * rows);
    gradient = hidden + aligned(m * rows);
    losses = gradient + aligned(weights);
    unfinite = (unsigned*)(losses + aligned(n));
    words = unfinite + 4;
  }
};

extern "C" __global__ void __launch_bounds__(128) cublas_draw_sets(const __grid_constant__ Training t) {
  draw_sets(t, [&](int model) { return CublasScratch(t, model).words; });
}

extern "C" __global__ void __launch_bounds__(128) cublas_draw(const __grid_constant__ Training t) {
  draw_batch(
      t, [&](int model) { return CublasScratch(t, model).words; },
      [&](long long model, long long sample, int feature, float value) {
        CublasScratch(t, model).inputs[2ll * t.batch * feature + sample] = value;
      });
}

// g = ReLU(h), where the hidden layer has one: a thread a hidden unit of a sample.
extern "C" __global__ void __launch_bounds__(128) cublas_gate(const __grid_constant__ Training t) {
  long long i = thread_index(), units = (long long)t.hidden * t.batch, model = i / units;
  if (model >= t.models || t.diverged_at[model] >= 0) return;
  long long sample = i % t.batch, unit = i % units / t.batch;
  float& g = CublasScratch(t, model).hidden[(2 * unit + 1) * t.batch + sample];
  g = relu(g);
}

// dh = 0 where the hidden ReLU let nothing pass; g > 0 exactly where h > 0.
extern "C" __global__ void __launch_bounds__(128) cublas_gate_gradient(const __grid_constant__ Training t) {
  long long i = thread_index(), units = (long long)t.hidden * t.batch, model = i / units;
  if (model >= t.models || t.diverged_at[model] >= 0) return;
  long long sample = i % t.batch, unit = i % units / t.batch;
  float* dh = CublasScratch(t, model).hidden + 2 * unit * t.batch + sample;
  if (!(dh[t.batch] > 0.0f)) *dh = 0.0f;
}

// The sum of a value over the block, for its first thread: within warps, then over them.
template <int THREADS>
static __device__ __forceinline__ float block_sum(float value, float (&of_warp)[THREADS / WARP]) {
#pragma unroll
  for (int stride = WARP / 2; stride > 0; stride /= 2) value += __shfl_xor_sync(0xffffffffu, value, stride);
  __syncthreads();  // of_warp may still be read for the sum before
  if (threadIdx.x % WARP == 0) of_warp[threadIdx.x / WARP] = value;
  __syncthreads();
  float sum = 0.0f;
  for (int warp = 0; warp < THREADS / WARP; warp++) sum += of_warp[warp];
  return sum;
}

// A block has one feature of one model: adds the bias, takes the error and its gradient in the place
// of the output, sums bias gradient and loss over the batch, and updates the bias, which no later
// part of the step reads.
extern "C" __global__ void __launch_bounds__(OUTPUT_THREADS) cublas_output(const __grid_constant__ Training t) {
  __shared__ float of_warp[OUTPUT_THREADS / WARP];
  const long long model = blockIdx.x / t.features;
  const int feature = blockIdx.x % t.features;
  if (t.diverged_at[model] >= 0) return;
  const CublasScratch scratch(t, model);
  const long long place = model * t.parameters + bias_index(t) + feature;
  const float bias = t.weights[place];
  const float importance = t.rules[(long long)t.task_of[model] * t.features + feature].importance;
  const float* x = scratch.inputs + 2ll * t.batch * feature;
  float* d = scratch.inputs + (2ll * feature + 1) * t.batch;
  float gradient = 0.0f, loss = 0.0f;
  for (int s = threadIdx.x; s < t.batch; s += OUTPUT_THREADS) {
    float e, own;
    float weighted = output_error(t.kind, d[s] + bias, x[s], importance, e, own);
    d[s] = own;
    gradient += own;
    loss = fmaf(weighted, e, loss);
  }
  gradient = block_sum<OUTPUT_THREADS>(gradient, of_warp);
  loss = block_sum<OUTPUT_THREADS>(loss, of_warp);
  if (threadIdx.x > 0) return;
  scratch.losses[feature] = loss;
  if (feature == 0) *scratch.unfinite = 0;
  adam_step(t.weights[place], t.first_moments[place], t.second_moments[place], gradient * t.gradient_scale, t.updates[0]);
}

static __device__ __forceinline__ bool finite_at(const Training& t, long long place) {
  return is_finite(t.weights[place]) && is_finite(t.first_moments[place]) && is_finite(t.second_moments[place]);
}

// A thread a weight.
extern "C" __global__ void __launch_bounds__(256) cublas_update(const __grid_constant__ Training t) {
  const long long i = thread_index(), model = i / bias_index(t), weight = i % bias_index(t);
  if (model >= t.models || t.diverged_at[model] >= 0) return;
  const CublasScratch scratch(t, model);
  const long long place = model * t.parameters + weight;
  adam_step(t.weights[place], t.first_moments[place], t.second_moments[place],
            scratch.gradient[weight] * t.gradient_scale, t.updates[0]);
  if (tested_after(t, t.first_step + 1) && !finite_at(t, place)) atomicAdd(scratch.unfinite, 1u);
}

// A block a model: the loss of all features, and whether every number is finite.
extern "C" __global__ void __launch_bounds__(FINISH_THREADS) cublas_finish(const __grid_constant__ Training t) {
  __shared__ float of_warp[FINISH_THREADS / WARP];
  const long long model = blockIdx.x;
  if (t.diverged_at[model] >= 0) return;
  const CublasScratch scratch(t, model);
  const bool tested = tested_after(t, t.first_step + 1);
  float loss = 0.0f, unfinite = 0.0f;
  for (int i = threadIdx.x; i < t.features; i += FINISH_THREADS) {
    loss += scratch.losses[i];
    if (tested && !finite_at(t, model * t.parameters + bias_index(t) + i)) unfinite = 1.0f;
  }
  loss = block_sum<FINISH_THREADS>(loss, of_warp);
  unfinite = block_sum<FINISH_THREADS>(unfinite, of_warp);
  if (threadIdx.x > 0) return;
  t.losses[model] = loss * t.loss_scale;
  if (tested && (unfinite > 0.0f || *scratch.unfinite)) t.diverged_at[model] = t.first_step + 1;
}
