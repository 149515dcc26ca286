// One model on the lanes of a warp, all of it in registers: what rungs 3 and 4 share.
//
// Lane = 16 q + s: sample lane s of 16, feature lane q of Q. With Q = 1 a warp holds two models.
// Every lane keeps the weights of its features (q, q + Q, ...) and sums their gradient over its own
// samples; a reduce-scatter leaves each lane with the finished gradient of 1/16 of the parameters,
// whose moments it keeps, so that Adam's division and root are done once, not 16 times.
#pragma once
#include "toy_model.cuh"

// N: features of a lane, ceil(n / Q). M: hidden dimensions. Both exact, so that every loop unrolls.
template <int Q, int N, int M>
struct WarpModel {
  static const int GROUP = 16 * Q;            // lanes of a model
  static const int SUMS = N * M + N;          // parameters of a feature lane
  static const int OWNED = (SUMS + 15) / 16;  // of them, those that one lane updates

  float w[N][M], b[N];                // parameters of this lane's features
  float p[OWNED], m[OWNED], v[OWNED];  // the parameters this lane updates, and their moments
  float loss = 0.0f;                   // of the last step, on every lane
  int q, s;
  unsigned mask;  // the lanes of this model

  __device__ __forceinline__ void place() {
    int lane = threadIdx.x & 31;
    s = lane & 15;
    q = Q == 2 ? lane >> 4 : 0;
    mask = Q == 2 ? 0xffffffffu : 0xffffu << (lane & 16);
  }

  // Where parameter k of this lane's features stands in the model's block, or -1 beyond the last.
  __device__ __forceinline__ int position(const Training& t, int k) const {
    int i = k < N * M ? k / M : k - N * M;
    int feature = i * Q + q;
    if (k >= SUMS || feature >= t.features) return -1;
    return k < N * M ? feature * M + k % M : bias_index(t) + feature;
  }

  __device__ __forceinline__ void load(const Training& t, int model) {
    long long base = (long long)model * t.parameters;
#pragma unroll
    for (int o = 0; o < OWNED; o++) {
      int at = position(t, s * OWNED + o);
      p[o] = at < 0 ? 0.0f : t.weights[base + at];
      m[o] = at < 0 ? 0.0f : t.first_moments[base + at];
      v[o] = at < 0 ? 0.0f : t.second_moments[base + at];
    }
  }

  __device__ __forceinline__ void store(const Training& t, int model) const {
    long long base = (long long)model * t.parameters;
#pragma unroll
    for (int o = 0; o < OWNED; o++) {
      int at = position(t, s * OWNED + o);
      if (at < 0) continue;
      t.weights[base + at] = p[o];
      t.first_moments[base + at] = m[o];
      t.second_moments[base + at] = v[o];
    }
    if ((threadIdx.x & (GROUP - 1)) == 0) t.losses[model] = loss * t.loss_scale;
  }

  // Hands the owned parameters to all lanes through shared memory, (Q, 16 OWNED) of this model.
  __device__ __forceinline__ void spread(float* exchange) {
    float* mine = exchange + q * 16 * OWNED;
    __syncwarp(mask);
#pragma unroll
    for (int o = 0; o < OWNED; o++) mine[s * OWNED + o] = p[o];
    __syncwarp(mask);
#pragma unroll
    for (int i = 0; i < N; i++) {
#pragma unroll
      for (int j = 0; j < M; j++) w[i][j] = mine[i * M + j];
      b[i] = mine[N * M + i];
    }
  }

  // Sums over the feature lanes.
  __device__ __forceinline__ float over_features(float x) const {
    return Q == 2 ? x + __shfl_xor_sync(mask, x, 16) : x;
  }

  // One sample lane's share of one tile: adds to dw, db, and the lane's loss.
  // PLAIN: no signs and no ReLU of hidden units, as in nearly every study, so that neither costs an
  // instruction a feature.
  // LEAN: every lane has a sample in every round, and nobody reads the loss of this step.
  // ALIKE: all features have the rule `one`, and importance 1, so that nothing is read for them.
  //
  // h and dh are not finished: a zero's sign reaches only terms of sums, and those are finished.
  template <bool PLAIN, bool LEAN, bool ALIKE>
  __device__ __forceinline__ void samples(const Training& t, const FeatureRule* rules,
                                          unsigned sign_mask, Xoshiro generator, int count,
                                          float dw[N][M], float db[N], float& lane_loss) const {
    const bool hidden_relu = !PLAIN && t.kind & RELU_HIDDEN;
    const int kind = t.kind & RELU_OUTPUT;  // tied models have no absolute target
    const FeatureRule one = rules[0];
#pragma unroll(LEAN ? 2 : 1)
    for (int round = 0; round < count; round += SAMPLE_LANES) {
      // Lanes whose samples have run out go along, since the shuffles over feature lanes need the whole mask.
      const bool present = LEAN || round + s < count;
      float x[N], d[N], h[M], dh[M];
#pragma unroll
      for (int i = 0; i < N; i++) {
        const FeatureRule rule = ALIKE ? one : rules[i * Q + q];
        x[i] = independent_value<!PLAIN>(generator.next(), rule.threshold, rule.scale, sign_mask);
      }
#pragma unroll
      for (int j = 0; j < M; j++) {
        h[j] = 0.0f;
#pragma unroll
        for (int i = 0; i < N; i++) h[j] = fmaf(x[i], w[i][j], h[j]);
        h[j] = over_features(h[j]);
      }
      float sample_loss = 0.0f;
#pragma unroll
      for (int i = 0; i < N; i++) {
        float pre = b[i], e;
#pragma unroll
        for (int j = 0; j < M; j++) pre = fmaf(hidden_relu ? relu(h[j]) : h[j], w[i][j], pre);
        const float importance = ALIKE ? 1.0f : rules[i * Q + q].importance;
        float weighted = output_error(kind, pre, x[i], importance, e, d[i]);
        if (!LEAN) sample_loss = fmaf(weighted, e, sample_loss);
      }
#pragma unroll
      for (int j = 0; j < M; j++) {
        dh[j] = 0.0f;
#pragma unroll
        for (int i = 0; i < N; i++) dh[j] = fmaf(d[i], w[i][j], dh[j]);
        dh[j] = over_features(dh[j]);
        if (hidden_relu) {
          dh[j] = h[j] > 0.0f ? dh[j] : 0.0f;
          h[j] = relu(h[j]);
        }
      }
      if (!present) continue;
      if (!LEAN) lane_loss = lane_loss + sample_loss;
#pragma unroll
      for (int i = 0; i < N; i++) {
        db[i] = db[i] + d[i];
#pragma unroll
        for (int j = 0; j < M; j++) dw[i][j] = fmaf(dh[j], x[i], fmaf(h[j], d[i], dw[i][j]));
      }
    }
  }

  // Halves the sums and adds the partner's at strides 8, 4, 2, 1: lane s ends with sums
  // [s OWNED, (s + 1) OWNED) of the butterfly over all sample lanes.
  template <int STRIDE>
  __device__ __forceinline__ void scatter(float* g) const {
    const int half = STRIDE * OWNED;
    const bool upper = s & STRIDE;
#pragma unroll
    for (int k = 0; k < half; k++) {
      float mine = upper ? g[k + half] : g[k], theirs = upper ? g[k] : g[k + half];
      g[k] = mine + __shfl_xor_sync(mask, theirs, STRIDE);
    }
    if constexpr (STRIDE > 1) scatter<STRIDE / 2>(g);
  }

  // The whole step: draw, forward, backward, sums, Adam, and the loss if it is wanted.
  __device__ __forceinline__ void step(const Training& t, const FeatureRule* rules, bool alike,
                                       unsigned sign_mask, unsigned long long key, int step,
                                       bool wanted, const AdamUpdate& update, float* exchange) {
    float total[OWNED] = {}, total_loss = 0.0f;
    for (int tile = 0; tile < t.tiles; tile++) {
      float dw[N][M], db[N], lane_loss = 0.0f;
#pragma unroll
      for (int i = 0; i < N; i++) {
        db[i] = 0.0f;
#pragma unroll
        for (int j = 0; j < M; j++) dw[i][j] = 0.0f;
      }
      Xoshiro generator = seeded(key, step, q * SAMPLE_LANES + s, tile, STREAM_INPUTS);
      const int count = tile_samples(t, tile);
      if (sign_mask != 0 || t.kind & RELU_HIDDEN) {
        samples<false, false, false>(t, rules, sign_mask, generator, count, dw, db, lane_loss);
      } else if (wanted || count % SAMPLE_LANES != 0) {
        samples<true, false, false>(t, rules, sign_mask, generator, count, dw, db, lane_loss);
      } else if (alike) {
        samples<true, true, true>(t, rules, sign_mask, generator, count, dw, db, lane_loss);
      } else {
        samples<true, true, false>(t, rules, sign_mask, generator, count, dw, db, lane_loss);
      }

      float g[16 * OWNED];
#pragma unroll
      for (int k = 0; k < 16 * OWNED; k++) {
        g[k] = k < N * M ? dw[k / M][k % M] : k < SUMS ? db[k - N * M] : 0.0f;
      }
      scatter<8>(g);
#pragma unroll
      for (int o = 0; o < OWNED; o++) total[o] = tile == 0 ? g[o] : total[o] + g[o];
#pragma unroll
      for (int stride = GROUP / 2; stride > 0; stride >>= 1) {
        lane_loss = lane_loss + __shfl_xor_sync(mask, lane_loss, stride);
      }
      total_loss = tile == 0 ? lane_loss : total_loss + lane_loss;
    }
    loss = total_loss;
#pragma unroll
    for (int o = 0; o < OWNED; o++) {
      adam_step(p[o], m[o], v[o], finish(total[o]) * t.gradient_scale, update);
    }
    spread(exchange);
  }

  __device__ __forceinline__ bool all_finite() const {
    bool finite = true;
#pragma unroll
    for (int o = 0; o < OWNED; o++) finite = finite && is_finite(p[o]) && is_finite(m[o]) && is_finite(v[o]);
    return __all_sync(mask, finite);
  }
};

// Models in a block of 64 threads, two warps.
template <int Q>
struct WarpBlock {
  static const int THREADS = 64;
  static const int MODELS = THREADS / (16 * Q);
};

// Takes `steps` steps of one model on its lanes, from global memory and back.
template <int Q, int N, int M>
static __device__ __forceinline__ void train_on_warp(const Training& t) {
  typedef WarpModel<Q, N, M> Model;
  __shared__ FeatureRule all_rules[WarpBlock<Q>::MODELS][N * Q];
  __shared__ float exchanges[WarpBlock<Q>::MODELS][Q * 16 * Model::OWNED];
  int group = threadIdx.x / Model::GROUP;
  int model = blockIdx.x * WarpBlock<Q>::MODELS + group;
  if (model >= t.models || t.diverged_at[model] >= 0) return;

  Model state;
  state.place();
  FeatureRule* rules = all_rules[group];
  const int task = t.task_of[model];
  for (int i = threadIdx.x % Model::GROUP; i < N * Q; i += Model::GROUP) {
    // Beyond the last feature: never active, no weight.
    rules[i] = i < t.features ? t.rules[(long long)task * t.features + i] : FeatureRule{0, 0, 0.0f, 0.0f};
  }
  const unsigned sign_mask = t.tasks[task].sign_mask;
  const unsigned long long key = t.keys[model];
  state.load(t, model);
  state.spread(exchanges[group]);
  bool alike = t.features == N * Q;
#pragma unroll
  for (int i = 0; i < N * Q; i++) {
    alike = alike && rules[i].threshold == rules[0].threshold && rules[i].scale == rules[0].scale &&
            rules[i].importance == 1.0f;
  }
  for (int k = 0; k < t.steps; k++) {
    int taken = t.first_step + k + 1;
    const bool tested = tested_after(t, taken);
    // Only the last step's loss is stored, and a model may be frozen where it is tested.
    state.step(t, rules, alike, sign_mask, key, taken - 1, tested || k == t.steps - 1, t.updates[k],
               exchanges[group]);
    if (tested && !state.all_finite()) {
      if ((threadIdx.x & (Model::GROUP - 1)) == 0) t.diverged_at[model] = taken;
      break;
    }
  }
  state.store(t, model);
}

// The shapes compiled: SHAPE(Q, N, M) serves n from (N - 1) Q + 1 to N Q, and m = M. The same list
// stands in toymodels.backend.cuda.internal.launch.WarpLaunch.
#define WARP_SHAPES(SHAPE) \
  SHAPE(1, 2, 1)           \
  SHAPE(1, 3, 2)           \
  SHAPE(1, 4, 2)           \
  SHAPE(1, 5, 2)           \
  SHAPE(1, 6, 2)           \
  SHAPE(1, 6, 3)           \
  SHAPE(2, 5, 5)           \
  SHAPE(2, 6, 3)           \
  SHAPE(2, 7, 5)           \
  SHAPE(2, 10, 5)
