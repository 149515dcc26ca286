// One model on a thread block, all of it in shared memory: what rungs 2 and 5 share. Serves every
// kind, coupling and size whose arrays fit the shared memory of an SM.
//
// 256 threads: thread (r, s) works for sample lane s of 16 as row r of 16. Rows divide features or
// hidden units among them; lanes are neighbours in a warp, so a weight is one broadcast and a value
// of 16 samples one row of banks.
#pragma once
#include "toy_model.cuh"

const int BLOCK_ROWS = 16;
const int BLOCK_THREADS = BLOCK_ROWS * SAMPLE_LANES;

// Sample lanes are padded to 17 in the gradient sums, where one thread reads a whole row.
const int PADDED_LANES = SAMPLE_LANES + 1;

// Rounds of 16 samples drawn at a time when every sample has its own generator.
const int DRAWN_ROUNDS = 4;

extern __shared__ __align__(16) float arena[];

// The arrays of a model, in the order in which they lie in shared memory.
// Twin of toymodels.backend.cuda.internal.launch.BlockLaunch.
struct BlockArrays {
  FeatureRule* rules;           // (features)
  float *p, *m, *v;             // (parameters): weights and moments
  float* sums;                  // (parameters, 17): gradient, one number a sample lane
  float* total;                 // (parameters): over the tiles before, if there are several
  float* x;                     // (rounds, features, 16)
  float *d, *e;                 // (features, 16): gradient and error of the output
  float *h, *dh;                // (hidden, 16)
  unsigned* words;              // (rows that draw, sets, 16)
  int* sets;                    // (features)
  int* unfinite;                // (1)

  __device__ explicit BlockArrays(const Training& t) {
    int n = t.features, k = t.parameters, drawn = n > MAX_LANE_FEATURES ? DRAWN_ROUNDS : 1;
    float* at = arena;
    rules = (FeatureRule*)at;
    at += 4 * n;
    p = at;
    m = p + k;
    v = m + k;
    sums = v + k;
    total = sums + k * PADDED_LANES;
    x = total + (t.tiles > 1 ? k : 0);
    d = x + drawn * n * SAMPLE_LANES;
    e = d + n * SAMPLE_LANES;
    h = e + n * SAMPLE_LANES;
    dh = h + t.hidden * SAMPLE_LANES;
    words = (unsigned*)(dh + t.hidden * SAMPLE_LANES);
    sets = (int*)(words + (drawn > t.feature_lanes ? drawn : t.feature_lanes) * t.max_sets * SAMPLE_LANES);
    unfinite = sets + n;
  }
};

// What a thread keeps while its model is trained.
struct BlockThread {
  const Training& t;
  const BlockArrays& a;
  TaskRule task;
  unsigned long long key;
  int r, s;
  Xoshiro own, shared;  // generators of the rows that draw

  // Draws the words of one row: in turn for lanes, or of one sample.
  __device__ void draw_row(int row, int first, int stride, Xoshiro& generator) const {
    const int n = t.features;
    const unsigned* words = a.words + row * t.max_sets * SAMPLE_LANES;
    float* x = a.x + (stride == 1 && n > MAX_LANE_FEATURES ? row * n * SAMPLE_LANES : 0);
    for (int i = first; i < n + first; i += stride) {
      unsigned word = generator.next();
      if (i >= n) continue;
      int set = a.sets[i];
      unsigned common = set < 0 ? 0 : words[set * SAMPLE_LANES + s];
      x[i * SAMPLE_LANES + s] = feature_value(word, common, set, a.rules[i], task);
    }
  }

  // Makes the inputs of the round that begins at this sample of the tile, and maybe of some more.
  __device__ void draw(int step, int tile, int round) {
    bool by_sample = t.features > MAX_LANE_FEATURES;
    int drawn = by_sample ? DRAWN_ROUNDS : 1, rows = by_sample ? drawn : t.feature_lanes;
    if (r >= rows || round / SAMPLE_LANES % drawn != 0) return;
    // Rows that draw for different rounds each run the set generator through all of them.
    for (int c = 0; c < drawn; c++) {
      for (int g = 0; g < task.sets; g++) {
        unsigned word = shared.next();
        if (!by_sample || c == r) a.words[(r * t.max_sets + g) * SAMPLE_LANES + s] = word;
      }
    }
    if (by_sample) {
      Xoshiro generator = seeded(key, step, round + r * SAMPLE_LANES + s, tile, STREAM_INPUTS);
      draw_row(r, 0, 1, generator);
    } else {
      draw_row(r, r, t.feature_lanes, own);
    }
  }

  // A hidden unit's sum over features, in feature lanes that are added at the end.
  __device__ float over_features(const float* values, const float* weights, int j) const {
    float sum[2] = {0.0f, 0.0f};
    if (t.feature_lanes == 1) {
      for (int i = 0; i < t.features; i++) {
        sum[0] = fmaf(values[i * SAMPLE_LANES + s], weights[i * t.hidden + j], sum[0]);
      }
      return finish(sum[0]);
    }
    for (int i = 0; i < t.features; i += 2) {
      sum[0] = fmaf(values[i * SAMPLE_LANES + s], weights[i * t.hidden + j], sum[0]);
      if (i + 1 == t.features) break;
      sum[1] = fmaf(values[(i + 1) * SAMPLE_LANES + s], weights[(i + 1) * t.hidden + j], sum[1]);
    }
    return finish(sum[0] + sum[1]);
  }

  __device__ float gated(int j) const {
    float h = a.h[j * SAMPLE_LANES + s];
    return t.kind & RELU_HIDDEN ? relu(h) : h;
  }

  // The sum over features of I e e of this lane's sample, by feature lane.
  __device__ void add_loss(float lane_loss[2]) const {
    float sample[2] = {0.0f, 0.0f};
    for (int i = 0; i < t.features; i++) {
      float e = a.e[i * SAMPLE_LANES + s];
      float& sum = sample[t.feature_lanes == 2 ? i & 1 : 0];
      sum = fmaf(a.rules[i].importance * e, e, sum);
    }
    lane_loss[0] = lane_loss[0] + sample[0];
    lane_loss[1] = lane_loss[1] + sample[1];
  }

  // One round: sixteen samples forward and back, one on each lane that has one left.
  __device__ void round(const float* x, bool present, bool wanted, float lane_loss[2]) const {
    const int n = t.features, m = t.hidden;
    const float* decoder = a.p + decoder_index(t);
    const float* biases = a.p + bias_index(t);
    for (int j = r; j < m; j += BLOCK_ROWS) a.h[j * SAMPLE_LANES + s] = over_features(x, a.p, j);
    __syncthreads();
    for (int i = r; i < n; i += BLOCK_ROWS) {
      float pre = biases[i];
      for (int j = 0; j < m; j++) pre = fmaf(gated(j), decoder[i * m + j], pre);
      int at = i * SAMPLE_LANES + s;
      output_error(t.kind, pre, x[at], a.rules[i].importance, a.e[at], a.d[at]);
    }
    __syncthreads();
    for (int j = r; j < m; j += BLOCK_ROWS) {
      float dg = over_features(a.d, decoder, j);
      bool passes = !(t.kind & RELU_HIDDEN) || a.h[j * SAMPLE_LANES + s] > 0.0f;
      a.dh[j * SAMPLE_LANES + s] = passes ? dg : 0.0f;
    }
    if (wanted && r == BLOCK_ROWS - 1 && present) add_loss(lane_loss);
    __syncthreads();
    if (present) accumulate(x);
  }

  __device__ void accumulate(const float* x) const {
    const int n = t.features, m = t.hidden;
    const bool untied = t.kind & UNTIED, hidden_relu = t.kind & RELU_HIDDEN;
    float* sums = a.sums + s;
    float* decoder_sums = sums + decoder_index(t) * PADDED_LANES;
    for (int i = r; i < n; i += BLOCK_ROWS) {
      float xi = x[i * SAMPLE_LANES + s], di = a.d[i * SAMPLE_LANES + s];
      float* encoder = sums + i * m * PADDED_LANES;
      if (untied) {
        for (int j = 0; j < m; j++) {
          float* decoder = decoder_sums + (i * m + j) * PADDED_LANES;
          *decoder = fmaf(gated(j), di, *decoder);
          encoder[j * PADDED_LANES] = fmaf(a.dh[j * SAMPLE_LANES + s], xi, encoder[j * PADDED_LANES]);
        }
      } else {
        // Tied weights have one sum, which is read and written once.
        const float *h = a.h + s, *dh = a.dh + s;
        for (int j = 0; j < m; j++, encoder += PADDED_LANES, h += SAMPLE_LANES, dh += SAMPLE_LANES) {
          const float hidden = hidden_relu ? relu(*h) : *h;
          *encoder = fmaf(*dh, xi, fmaf(hidden, di, *encoder));
        }
      }
      float& bias = sums[(bias_index(t) + i) * PADDED_LANES];
      bias = bias + di;
    }
  }

  // The sums of one tile over its samples; returns the tile's loss, if it is wanted, on the threads
  // of row 15.
  __device__ float tile(int step, int tile, bool wanted) {
    const int count = tile_samples(t, tile);
    own = seeded(key, step, r * SAMPLE_LANES + s, tile, STREAM_INPUTS);
    shared = seeded(key, step, s, tile, STREAM_SETS);
    for (int i = threadIdx.x; i < t.parameters * PADDED_LANES; i += BLOCK_THREADS) a.sums[i] = 0.0f;
    float lane_loss[2] = {0.0f, 0.0f};
    for (int round = 0; round < count; round += SAMPLE_LANES) {
      __syncthreads();  // the round before has read the inputs
      draw(step, tile, round);
      __syncthreads();
      int kept = t.features > MAX_LANE_FEATURES ? round / SAMPLE_LANES % DRAWN_ROUNDS : 0;
      this->round(a.x + kept * t.features * SAMPLE_LANES, round + s < count, wanted, lane_loss);
    }
    __syncthreads();
    float loss = t.feature_lanes == 2 ? lane_loss[0] + lane_loss[1] : lane_loss[0];
    if (wanted && r == BLOCK_ROWS - 1) {
      const unsigned mask = 0xffff0000u;  // row 15 is the upper half of the last warp
#pragma unroll
      for (int stride = 8; stride > 0; stride >>= 1) loss = loss + __shfl_xor_sync(mask, loss, stride);
    }
    return loss;
  }

  // The whole step. Returns the loss, if it is wanted, on the threads of row 15.
  __device__ float step(int step, bool wanted, const AdamUpdate& update) {
    float loss = 0.0f;
    for (int k = 0; k < t.tiles; k++) {
      float tile_loss = tile(step, k, wanted);
      loss = k == 0 ? tile_loss : loss + tile_loss;
      bool last = k == t.tiles - 1;
      for (int i = threadIdx.x; i < t.parameters; i += BLOCK_THREADS) {
        const float* sums = a.sums + i * PADDED_LANES;
        float sum = butterfly([&](int lane) { return sums[lane]; });
        if (k > 0) sum = a.total[i] + sum;
        if (last) {
          adam_step(a.p[i], a.m[i], a.v[i], finish(sum) * t.gradient_scale, update);
        } else {
          a.total[i] = sum;
        }
      }
      __syncthreads();
    }
    return loss;
  }

  __device__ bool all_finite() const {
    if (threadIdx.x == 0) *a.unfinite = 0;
    __syncthreads();
    for (int i = threadIdx.x; i < t.parameters; i += BLOCK_THREADS) {
      if (!is_finite(a.p[i]) || !is_finite(a.m[i]) || !is_finite(a.v[i])) atomicAdd(a.unfinite, 1);
    }
    __syncthreads();
    bool finite = *a.unfinite == 0;
    __syncthreads();
    return finite;
  }
};

// Takes `steps` steps of the model of this block, from global memory and back.
static __device__ void train_on_block(const Training& t) {
  const int model = blockIdx.x;
  if (t.diverged_at[model] >= 0) return;
  const int task = t.task_of[model];
  const BlockArrays a(t);
  const long long base = (long long)model * t.parameters, first = (long long)task * t.features;
  for (int i = threadIdx.x; i < t.parameters; i += BLOCK_THREADS) {
    a.p[i] = t.weights[base + i];
    a.m[i] = t.first_moments[base + i];
    a.v[i] = t.second_moments[base + i];
  }
  for (int i = threadIdx.x; i < t.features; i += BLOCK_THREADS) {
    a.rules[i] = t.rules[first + i];
    a.sets[i] = t.sets[first + i];
  }
  __syncthreads();
  BlockThread thread{t, a, t.tasks[task], t.keys[model], (int)threadIdx.x / SAMPLE_LANES,
                     (int)threadIdx.x % SAMPLE_LANES, {}, {}};
  float loss = 0.0f;
  for (int k = 0; k < t.steps; k++) {
    int taken = t.first_step + k + 1;
    const bool tested = tested_after(t, taken);
    // Only the last step's loss is stored, and a model may be frozen where it is tested.
    loss = thread.step(taken - 1, tested || k == t.steps - 1, t.updates[k]);
    if (tested && !thread.all_finite()) {
      if (threadIdx.x == 0) t.diverged_at[model] = taken;
      break;
    }
  }
  for (int i = threadIdx.x; i < t.parameters; i += BLOCK_THREADS) {
    t.weights[base + i] = a.p[i];
    t.first_moments[base + i] = a.m[i];
    t.second_moments[base + i] = a.v[i];
  }
  if (threadIdx.x == BLOCK_THREADS - 1) t.losses[model] = loss * t.loss_scale;
}
