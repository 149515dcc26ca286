// Rung 6, tiled: for models that no SM holds: rung 1's phases with every sum in registers and its
// operands staged, six launches a step.
//
// Parallel over: models, samples and units (hidden, output), models and 32 x 32 tiles of weights
// (update), models (finish). Registers hold 8 units of a sample, or 16 sample lanes of 4 weights;
// shared memory the operands that threads have in common; global memory, unit-major so that samples
// are neighbours, what passes between phases. Removes from rung 1 its scattered reads, and 7 of 8
// reads of every input. Java reference: toymodels.backend.reference.ReferenceModel.
#include "draw_batch.cuh"

const int TILED_THREADS = 128;  // samples of a block in the phases over samples
const int UNITS = 8;            // units that a thread sums at once
const int STAGED = 32;          // terms of a sum whose weights are staged
const int SIDE = 32;            // weights of a block's tile, each way
const int ROUND = 16;           // samples staged for the update, one a lane

// Scratch of one model: (units, batch) each; set words are (batch, sets).
struct TiledScratch {
  float *x, *d, *e, *h, *dh;
  unsigned* words;

  __device__ TiledScratch(const Training& t, long long model) {
    long long n = t.features, m = t.hidden, b = t.batch;
    x = t.scratch + model * b * (3 * n + 2 * m + t.max_sets);
    d = x + n * b;
    e = d + n * b;
    h = e + n * b;
    dh = h + m * b;
    words = (unsigned*)(dh + m * b);
  }
};

extern "C" __global__ void __launch_bounds__(128) tiled_draw_sets(const __grid_constant__ Training t) {
  draw_sets(t, [&](int model) { return TiledScratch(t, model).words; });
}

extern "C" __global__ void __launch_bounds__(128) tiled_draw(const __grid_constant__ Training t) {
  draw_batch(
      t, [&](int model) { return TiledScratch(t, model).words; },
      [&](long long model, long long sample, int feature, float value) {
        TiledScratch(t, model).x[(long long)feature * t.batch + sample] = value;
      });
}

// Where a block works: one model, 128 samples, 8 units.
struct Place {
  long long model;
  int sample, first;  // sample is the thread's own, maybe past the last

  __device__ Place(const Training& t, int units) {
    int by_samples = (t.batch + TILED_THREADS - 1) / TILED_THREADS, by_units = (units + UNITS - 1) / UNITS;
    model = blockIdx.x / by_samples / by_units;
    sample = (int)(blockIdx.x % by_samples) * TILED_THREADS + (int)threadIdx.x;
    first = (int)(blockIdx.x / by_samples % by_units) * UNITS;
  }
};

// sum[u] = fold over k in order of fma(value(k), weight(k, first + u), sum[u]); weights staged.
template <class Value, class Weight>
static __device__ void fold(int terms, int first, int units, bool present, float sum[UNITS],
                            Value value, Weight weight) {
  __shared__ float staged[STAGED][UNITS];
  for (int base = 0; base < terms; base += STAGED) {
    __syncthreads();
    for (int i = threadIdx.x; i < STAGED * UNITS; i += TILED_THREADS) {
      int k = base + i / UNITS, unit = first + i % UNITS;
      staged[i / UNITS][i % UNITS] = k < terms && unit < units ? weight(k, unit) : 0.0f;
    }
    __syncthreads();
    int count = terms - base < STAGED ? terms - base : STAGED;
    for (int k = 0; k < count && present; k++) {
      float v = value(base + k);
#pragma unroll
      for (int u = 0; u < UNITS; u++) sum[u] = fmaf(v, staged[k][u], sum[u]);
    }
  }
}

// Hidden units from inputs, or their gradients from the output's.
static __device__ void hidden_units(const Training& t, bool backward) {
  const Place at(t, t.hidden);
  if (t.diverged_at[at.model] >= 0) return;
  const TiledScratch scratch(t, at.model);
  const float* weights = t.weights + at.model * t.parameters + (backward ? decoder_index(t) : 0);
  const float* values = backward ? scratch.d : scratch.x;
  const bool present = at.sample < t.batch;
  float sum[UNITS] = {};
  fold(t.features, at.first, t.hidden, present, sum,
       [&](int i) { return values[(long long)i * t.batch + at.sample]; },
       [&](int i, int j) { return weights[(long long)i * t.hidden + j]; });
  for (int u = 0; u < UNITS && present && at.first + u < t.hidden; u++) {
    long long place = (long long)(at.first + u) * t.batch + at.sample;
    float finished = finish(sum[u]);
    if (!backward) {
      scratch.h[place] = finished;
    } else {
      scratch.dh[place] = !(t.kind & RELU_HIDDEN) || scratch.h[place] > 0.0f ? finished : 0.0f;
    }
  }
}

extern "C" __global__ void __launch_bounds__(TILED_THREADS) tiled_forward(const __grid_constant__ Training t) {
  hidden_units(t, false);
}

extern "C" __global__ void __launch_bounds__(TILED_THREADS) tiled_backward(const __grid_constant__ Training t) {
  hidden_units(t, true);
}

static __device__ __forceinline__ float gate(const Training& t, float h) {
  return t.kind & RELU_HIDDEN ? relu(h) : h;
}

extern "C" __global__ void __launch_bounds__(TILED_THREADS) tiled_output(const __grid_constant__ Training t) {
  const Place at(t, t.features);
  if (t.diverged_at[at.model] >= 0) return;
  const TiledScratch scratch(t, at.model);
  const float* model = t.weights + at.model * t.parameters;
  const float *decoder = model + decoder_index(t), *biases = model + bias_index(t);
  const FeatureRule* rules = t.rules + (long long)t.task_of[at.model] * t.features;
  const bool present = at.sample < t.batch;
  float pre[UNITS];
#pragma unroll
  for (int u = 0; u < UNITS; u++) pre[u] = at.first + u < t.features ? biases[at.first + u] : 0.0f;
  fold(t.hidden, at.first, t.features, present, pre,
       [&](int j) { return gate(t, scratch.h[(long long)j * t.batch + at.sample]); },
       [&](int j, int i) { return decoder[(long long)i * t.hidden + j]; });
  for (int u = 0; u < UNITS && present && at.first + u < t.features; u++) {
    long long place = (long long)(at.first + u) * t.batch + at.sample;
    output_error(t.kind, pre[u], scratch.x[place], rules[at.first + u].importance, scratch.e[place], scratch.d[place]);
  }
}

// The gradient of a 32 x 32 tile of weights; thread (i, j) has features i, i + 16 and hidden units
// j, j + 16, and of each pair all 16 sample lanes.
extern "C" __global__ void __launch_bounds__(256) tiled_update(const __grid_constant__ Training t) {
  __shared__ float xs[ROUND][SIDE + 1], ds[ROUND][SIDE + 1], gs[ROUND][SIDE + 1], dhs[ROUND][SIDE + 1];
  const int by_features = (t.features + SIDE - 1) / SIDE, by_hidden = (t.hidden + SIDE - 1) / SIDE;
  const int matrices = t.kind & UNTIED ? 2 : 1;
  const int matrix = blockIdx.x % matrices, block = blockIdx.x / matrices;
  const long long model = block / by_features / by_hidden;
  if (t.diverged_at[model] >= 0) return;
  const int first_feature = block % by_features * SIDE, first_hidden = block / by_features % by_hidden * SIDE;
  const bool encoder = matrix == 0, decoder = matrices == 1 || matrix == 1;
  const TiledScratch scratch(t, model);
  const int i = threadIdx.x % 16, j = threadIdx.x / 16;
  float total[4] = {};
  for (int tile = 0; tile < t.tiles; tile++) {
    const int start = tile_start(t, tile), samples = tile_samples(t, tile);
    float acc[4][SAMPLE_LANES] = {};
    for (int round = 0; round < samples; round += ROUND) {
      __syncthreads();
      for (int k = threadIdx.x; k < ROUND * SIDE; k += 256) {
        int s = k % ROUND, unit = k / ROUND, feature = first_feature + unit, hidden = first_hidden + unit;
        long long sample = start + round + s;
        bool present = round + s < samples;
        bool f = present && feature < t.features, h = present && hidden < t.hidden;
        xs[s][unit] = f ? scratch.x[(long long)feature * t.batch + sample] : 0.0f;
        ds[s][unit] = f ? scratch.d[(long long)feature * t.batch + sample] : 0.0f;
        gs[s][unit] = h ? gate(t, scratch.h[(long long)hidden * t.batch + sample]) : 0.0f;
        dhs[s][unit] = h ? scratch.dh[(long long)hidden * t.batch + sample] : 0.0f;
      }
      __syncthreads();
#pragma unroll
      for (int lane = 0; lane < SAMPLE_LANES; lane++) {
        if (round + lane >= samples) break;
#pragma unroll
        for (int q = 0; q < 4; q++) {
          int a = i + 16 * (q & 1), b = j + 16 * (q >> 1);
          if (decoder) acc[q][lane] = fmaf(gs[lane][b], ds[lane][a], acc[q][lane]);
          if (encoder) acc[q][lane] = fmaf(dhs[lane][b], xs[lane][a], acc[q][lane]);
        }
      }
    }
#pragma unroll
    for (int q = 0; q < 4; q++) {
      float sum = butterfly([&](int lane) { return acc[q][lane]; });
      total[q] = tile == 0 ? sum : total[q] + sum;
    }
  }
  const long long base = model * t.parameters + (matrix == 1 ? decoder_index(t) : 0);
#pragma unroll
  for (int q = 0; q < 4; q++) {
    int feature = first_feature + i + 16 * (q & 1), hidden = first_hidden + j + 16 * (q >> 1);
    if (feature >= t.features || hidden >= t.hidden) continue;
    long long p = base + (long long)feature * t.hidden + hidden;
    adam_step(t.weights[p], t.first_moments[p], t.second_moments[p], finish(total[q]) * t.gradient_scale, t.updates[0]);
  }
}

// One block a model: biases, loss, and numbers that are not finite.
extern "C" __global__ void __launch_bounds__(256) tiled_finish(const __grid_constant__ Training t) {
  __shared__ float lane_loss[SAMPLE_LANES];
  __shared__ int unfinite;
  const long long model = blockIdx.x;
  if (t.diverged_at[model] >= 0) return;
  const TiledScratch scratch(t, model);
  const FeatureRule* rules = t.rules + (long long)t.task_of[model] * t.features;
  for (int i = threadIdx.x; i < t.features; i += 256) {
    const float* d = scratch.d + (long long)i * t.batch;
    float total = 0.0f;
    for (int tile = 0; tile < t.tiles; tile++) {
      const int start = tile_start(t, tile), samples = tile_samples(t, tile);
      float sum = butterfly([&](int lane) {
        float acc = 0.0f;
        for (int s = lane; s < samples; s += SAMPLE_LANES) acc = acc + d[start + s];
        return acc;
      });
      total = tile == 0 ? sum : total + sum;
    }
    long long p = model * t.parameters + bias_index(t) + i;
    adam_step(t.weights[p], t.first_moments[p], t.second_moments[p], finish(total) * t.gradient_scale, t.updates[0]);
  }
  // Each sample's loss in the order of its features takes the place of its first error.
  __syncthreads();
  for (int s = threadIdx.x; s < t.batch; s += 256) {
    float loss = 0.0f;
    for (int i = 0; i < t.features; i++) {
      float e = scratch.e[(long long)i * t.batch + s];
      loss = fmaf(rules[i].importance * e, e, loss);
    }
    scratch.e[s] = loss;
  }
  if (threadIdx.x == 0) unfinite = 0;
  float total = 0.0f;
  for (int tile = 0; tile < t.tiles; tile++) {
    const int start = tile_start(t, tile), samples = tile_samples(t, tile);
    __syncthreads();
    if (threadIdx.x < SAMPLE_LANES) {
      float acc = 0.0f;
      for (int s = threadIdx.x; s < samples; s += SAMPLE_LANES) acc = acc + scratch.e[start + s];
      lane_loss[threadIdx.x] = acc;
    }
    __syncthreads();
    float sum = butterfly([&](int lane) { return lane_loss[lane]; });
    total = tile == 0 ? sum : total + sum;
  }
  if (threadIdx.x == 0) t.losses[model] = total * t.loss_scale;
  if (!tested_after(t, t.first_step + 1)) return;
  for (long long p = model * t.parameters + threadIdx.x; p < (model + 1) * t.parameters; p += 256) {
    if (!is_finite(t.weights[p]) || !is_finite(t.first_moments[p]) || !is_finite(t.second_moments[p])) atomicAdd(&unfinite, 1);
  }
  __syncthreads();
  if (threadIdx.x == 0 && unfinite > 0) t.diverged_at[model] = t.first_step + 1;
}
