// What lies in shared memory of a model whose weights are in registers (register_model.cuh), how it
// gets there from global memory and back, and how samples are drawn into it.
#pragma once
#include "toy_model.cuh"

extern __shared__ __align__(16) float arena[];

// OWN: features of a row, at least n / 16. M: at least the hidden dimensions; those beyond have
// weights of zero, which adds zeros to sums and changes no bit. ROUNDS: of 16 samples at a time.
template <int OWN, int M, int ROUNDS>
struct RegisterArrays {
  static const int ROWS = 16, THREADS = ROWS * SAMPLE_LANES;
  static const int QUARTER = (M + 3) / 4;           // hidden units of a row, and ...
  static const int TURNS = ROUNDS / 4;              // ... rounds of a row, in their sums
  static const int PADDED = (QUARTER + 3) / 4 * 4;  // floats that a quarter of a row of weights takes
  static const int FEATURES = OWN * ROWS;           // room for so many; those beyond n stay zero
  static const int SUMS = OWN * (M + 1);            // parameters of a row
  static const int OWNED = (SUMS + 15) / 16;        // of them, those that one lane updates

  const Training& t;
  const int n, r, s;

  // The arrays of a model in shared memory; all but the last two lie at constant places.
  // Twin of toymodels.backend.cuda.internal.launch.RegisterLaunch.
  struct Arrays {
    Xoshiro own[SAMPLE_LANES];     // generators of features, up to 64 of them, and ...
    Xoshiro common[SAMPLE_LANES];  // ... of sets; in registers they would be in the way of weights
    FeatureRule rules[FEATURES];
    float weights[FEATURES][4][PADDED];
    float2 h[ROUNDS][M][SAMPLE_LANES];  // hidden unit, and its gradient
    float x[ROUNDS][FEATURES][SAMPLE_LANES];
    float d[ROUNDS][FEATURES][SAMPLE_LANES];
    float biases[FEATURES];
    float sample_loss[ROUNDS][SAMPLE_LANES];
    int sets[FEATURES];
    int unfinite;
    // unsigned words[ROUNDS][max_sets][16], then float totals[OWNED][256]: over the tiles before
  };

  __device__ __forceinline__ static Arrays& arrays() { return *(Arrays*)arena; }
  __device__ __forceinline__ unsigned* words(int round) const {
    return (unsigned*)(&arrays() + 1) + round * t.max_sets * SAMPLE_LANES + s;
  }
  __device__ __forceinline__ float* totals() const {
    return (float*)(&arrays() + 1) + ROUNDS * t.max_sets * SAMPLE_LANES + threadIdx.x;
  }

  __device__ __forceinline__ explicit RegisterArrays(const Training& t)
      : t(t), n(t.features), r(threadIdx.x / SAMPLE_LANES), s(threadIdx.x % SAMPLE_LANES) {}

  __device__ __forceinline__ static float& weight(int i, int j) {
    return arrays().weights[i][j / QUARTER][j % QUARTER];
  }

  __device__ __forceinline__ void load(int model) {
    const long long base = (long long)model * t.parameters;
    const int task_index = t.task_of[model];
    Arrays& a = arrays();
    float* all = (float*)&a;
    for (int i = threadIdx.x; i < sizeof(Arrays) / sizeof(float); i += THREADS) all[i] = 0.0f;
    __syncthreads();
    for (int i = threadIdx.x; i < n; i += THREADS) {
      a.biases[i] = t.weights[base + bias_index(t) + i];
      a.rules[i] = t.rules[(long long)task_index * n + i];
      a.sets[i] = t.sets[(long long)task_index * n + i];
    }
    for (int i = threadIdx.x; i < n * t.hidden; i += THREADS) {
      weight(i / t.hidden, i % t.hidden) = t.weights[base + i];
    }
    __syncthreads();
  }

  // Draws the samples from `base` on of a tile; those past its end become zeros.
  __device__ __forceinline__ void draw(int model, int step, int tile, int base, int count) const {
    const TaskRule task = t.tasks[t.task_of[model]];
    if (task.sets > 0) {
      if (r == 0) draw_words(task.sets);
      __syncthreads();
    }
    if (n > MAX_LANE_FEATURES) {
      if (r >= ROUNDS) return;
      const int sample = base + r * SAMPLE_LANES + s;
      Xoshiro generator = seeded(t.keys[model], step, sample, tile, STREAM_INPUTS);
      draw_sample(generator, task, r, sample < count);
    } else if (r == 0) {
      Xoshiro generator = arrays().own[s];
#pragma unroll 1
      for (int c = 0; c < ROUNDS; c++) {
        draw_sample(generator, task, c, base + c * SAMPLE_LANES + s < count);
      }
      arrays().own[s] = generator;
    }
  }

  __device__ __forceinline__ void draw_words(int count) const {
    Xoshiro generator = arrays().common[s];
#pragma unroll 1
    for (int c = 0; c < ROUNDS; c++) {
      for (int g = 0; g < count; g++) {
        words(c)[g * SAMPLE_LANES] = generator.next();
      }
    }
    arrays().common[s] = generator;
  }

  __device__ __forceinline__ void draw_sample(Xoshiro& generator, const TaskRule& task, int c,
                                              bool present) const {
    float* to = &arrays().x[c][0][s];
    const unsigned* set_words = words(c);
    const bool plain = task.sets == 0 && task.sign_mask == 0;
#pragma unroll 1
    for (int i = 0; i < n; i++, to += SAMPLE_LANES) {
      const unsigned word = generator.next();
      const FeatureRule rule = arrays().rules[i];
      float value;
      if (plain) {
        value = independent_value<false>(word, rule.threshold, rule.scale, 0);
      } else {
        const int set = arrays().sets[i];
        value = feature_value(word, set < 0 ? 0 : set_words[set * SAMPLE_LANES], set, rule, task);
      }
      *to = present ? value : 0.0f;
    }
  }

  __device__ __forceinline__ int feature(int o) const { return r + o * ROWS; }

  __device__ __forceinline__ float2* hidden(int round, int j) const {
    return &arrays().h[round][j][s];
  }

  __device__ __forceinline__ bool all_finite(int model) const {
    Arrays& a = arrays();
    bool finite = true;
    const long long base = (long long)model * t.parameters;
    for (int i = threadIdx.x; i < n * t.hidden; i += THREADS) {
      finite = finite && is_finite(weight(i / t.hidden, i % t.hidden));
    }
    for (int i = threadIdx.x; i < n; i += THREADS) finite = finite && is_finite(a.biases[i]);
    for (int i = threadIdx.x; i < t.parameters; i += THREADS) {
      finite = finite && is_finite(t.first_moments[base + i]) && is_finite(t.second_moments[base + i]);
    }
    if (threadIdx.x == 0) a.unfinite = 0;
    __syncthreads();
    if (!finite) atomicAdd(&a.unfinite, 1);
    __syncthreads();
    finite = a.unfinite == 0;
    __syncthreads();
    return finite;
  }

  __device__ __forceinline__ void store(int model, float loss) const {
    const long long base = (long long)model * t.parameters;
    for (int i = threadIdx.x; i < n * t.hidden; i += THREADS) {
      t.weights[base + i] = weight(i / t.hidden, i % t.hidden);
    }
    for (int i = threadIdx.x; i < n; i += THREADS) t.weights[base + bias_index(t) + i] = arrays().biases[i];
    if (threadIdx.x == 0) t.losses[model] = loss * t.loss_scale;
  }
};
