// One model on a thread block, its weights and their gradient sums in registers: rung 7.
//
// 256 threads: thread (r, s) works for sample lane s of 16 as row r of 16. It has features r, r + 16,
// ... of the model: their weights and the sums of its lane's samples stay in registers over a whole
// tile. Inputs, hidden units and output gradients of ROUNDS x 16 samples at a time lie in shared
// memory. Hidden units are summed by other threads: row r takes a quarter of them for a quarter of
// the rounds, with weights read four at a time. Every sum has the order of docs/arithmetic.md.
#pragma once
#include "register_arrays.cuh"

// KEPT: a row's weights stay in registers, too, and are not read from shared memory for every sample.
template <int OWN, int M, int ROUNDS, bool KEPT>
struct RegisterModel : RegisterArrays<OWN, M, ROUNDS> {
  typedef RegisterArrays<OWN, M, ROUNDS> Base;
  using Base::arrays, Base::weight, Base::hidden, Base::feature, Base::draw, Base::totals;
  using Base::t, Base::n, Base::r, Base::s;
  using Base::FEATURES, Base::THREADS, Base::QUARTER, Base::TURNS, Base::PADDED, Base::SUMS, Base::OWNED;

  float w[KEPT ? OWN : 1][M], dw[OWN][M], db[OWN];

  __device__ __forceinline__ explicit RegisterModel(const Training& t) : Base(t) {}

  // Sums of this row's quarter of hidden units over features, for its quarter of the rounds.
  __device__ __forceinline__ void over_features(const float (*values)[FEATURES][SAMPLE_LANES],
                                                float sum[TURNS][QUARTER]) const {
    const int stride = FEATURES * SAMPLE_LANES;
    const float* value = &values[r / 4 * TURNS][0][s];
    const float* row = arrays().weights[0][r % 4];
#pragma unroll
    for (int c = 0; c < TURNS; c++) {
#pragma unroll
      for (int j = 0; j < QUARTER; j++) sum[c][j] = 0.0f;
    }
#pragma unroll 1
    for (int i = 0; i < n; i++, value += SAMPLE_LANES, row += 4 * PADDED) {
      float part[PADDED];
#pragma unroll
      for (int j = 0; j < QUARTER; j++) {
        if (j % 4 == 0 && j + 1 < QUARTER) *(float4*)(part + j) = *(const float4*)(row + j);
        if (j % 4 == 0 && j + 1 == QUARTER) part[j] = row[j];
      }
#pragma unroll
      for (int c = 0; c < TURNS; c++) {
        const float v = value[c * stride];
#pragma unroll
        for (int j = 0; j < QUARTER; j++) sum[c][j] = fmaf(v, part[j], sum[c][j]);
      }
    }
  }

  __device__ __forceinline__ void forward() const {
    float sum[TURNS][QUARTER];
    over_features(arrays().x, sum);
#pragma unroll
    for (int c = 0; c < TURNS; c++) {
#pragma unroll
      for (int j = 0; j < QUARTER; j++) {
        const int unit = r % 4 * QUARTER + j;
        if (M % 4 != 0 && unit >= M) continue;
        const float value = finish(sum[c][j]);
        hidden(r / 4 * TURNS + c, unit)->x = t.kind & RELU_HIDDEN ? relu(value) : value;
      }
    }
  }

  // The outputs of this row's features and their gradients.
  __device__ __forceinline__ void output(int rounds) const {
#pragma unroll 1
    for (int c = 0; c < rounds; c++) {
      const float2* unit = hidden(c, 0);
      float pre[OWN];
#pragma unroll
      for (int o = 0; o < OWN; o++) pre[o] = arrays().biases[feature(o)];
#pragma unroll
      for (int j = 0; j < M; j++) {
        const float value = unit[j * SAMPLE_LANES].x;
#pragma unroll
        for (int o = 0; o < OWN; o++) pre[o] = fmaf(value, weight_of(o, j), pre[o]);
      }
#pragma unroll
      for (int o = 0; o < OWN; o++) {
        const int i = feature(o);
        float e;
        output_error(t.kind & RELU_OUTPUT, pre[o], arrays().x[c][i][s], arrays().rules[i].importance, e,
                     arrays().d[c][i][s]);
      }
    }
  }

  __device__ __forceinline__ float weight_of(int o, int j) const {
    return KEPT ? w[o][j] : weight(feature(o), j);
  }

  __device__ __forceinline__ void backward() const {
    float sum[TURNS][QUARTER];
    over_features(arrays().d, sum);
#pragma unroll
    for (int c = 0; c < TURNS; c++) {
#pragma unroll
      for (int j = 0; j < QUARTER; j++) {
        const int unit = r % 4 * QUARTER + j;
        if (M % 4 != 0 && unit >= M) continue;
        float2* to = hidden(r / 4 * TURNS + c, unit);
        to->y = !(t.kind & RELU_HIDDEN) || to->x > 0.0f ? finish(sum[c][j]) : 0.0f;
      }
    }
  }

  __device__ __forceinline__ void accumulate(int base, int count, int rounds) {
#pragma unroll 1
    for (int c = 0; c < rounds; c++) {
      if (base + c * SAMPLE_LANES + s >= count) break;
      const float2* unit = hidden(c, 0);
      float xi[OWN], di[OWN];
#pragma unroll
      for (int o = 0; o < OWN; o++) {
        xi[o] = arrays().x[c][feature(o)][s];
        di[o] = arrays().d[c][feature(o)][s];
        db[o] = db[o] + di[o];
      }
#pragma unroll
      for (int j = 0; j < M; j++) {
        const float2 both = unit[j * SAMPLE_LANES];
#pragma unroll
        for (int o = 0; o < OWN; o++) dw[o][j] = fmaf(both.y, xi[o], fmaf(both.x, di[o], dw[o][j]));
      }
    }
  }

  // Adds the losses of these samples to those of lane s, on threads 0 to 15. Outputs are computed
  // once more: this is for the last of very many steps.
  __device__ __forceinline__ float add_losses(float lane_loss, int base, int count, int rounds) const {
    if (r < rounds) {
      float sum = 0.0f;
#pragma unroll 1
      for (int i = 0; i < n; i++) {
        float pre = arrays().biases[i], e, gradient;
#pragma unroll 1
        for (int j = 0; j < M; j++) pre = fmaf(hidden(r, j)->x, weight(i, j), pre);
        const float weighted = output_error(t.kind & RELU_OUTPUT, pre, arrays().x[r][i][s],
                                            arrays().rules[i].importance, e, gradient);
        sum = fmaf(weighted, e, sum);
      }
      arrays().sample_loss[r][s] = sum;
    }
    __syncthreads();
    if (r == 0) {
      for (int c = 0; c < rounds && base + c * SAMPLE_LANES + s < count; c++) {
        lane_loss = lane_loss + arrays().sample_loss[c][s];
      }
    }
    return lane_loss;
  }

  // The sums of one tile; returns its loss, if it is wanted, on threads 0 to 15.
  __device__ __forceinline__ float tile(int model, int step, int tile, bool wanted) {
    const int count = tile_samples(t, tile);
    if (r == 0) {
      arrays().common[s] = seeded(t.keys[model], step, s, tile, STREAM_SETS);
      arrays().own[s] = seeded(t.keys[model], step, s, tile, STREAM_INPUTS);
    }
#pragma unroll
    for (int o = 0; o < OWN; o++) {
      db[o] = 0.0f;
#pragma unroll
      for (int j = 0; j < M; j++) {
        dw[o][j] = 0.0f;
        if (KEPT) w[o][j] = weight(feature(o), j);
      }
    }
    float lane_loss = 0.0f;
#pragma unroll 1
    for (int base = 0; base < count; base += ROUNDS * SAMPLE_LANES) {
      const int left = (count - base + SAMPLE_LANES - 1) / SAMPLE_LANES;
      const int rounds = left < ROUNDS ? left : ROUNDS;
      __syncthreads();  // the samples before have been read
      draw(model, step, tile, base, count);
      __syncthreads();
      forward();
      __syncthreads();
      output(rounds);
      if (wanted) lane_loss = add_losses(lane_loss, base, count, rounds);
      if (rounds < ROUNDS) clear_gradients(rounds);
      __syncthreads();
      backward();
      __syncthreads();
      accumulate(base, count, rounds);
    }
    if (wanted && r == 0) {
#pragma unroll
      for (int stride = 8; stride > 0; stride >>= 1) {
        lane_loss = lane_loss + __shfl_xor_sync(0xffffu, lane_loss, stride);
      }
    }
    return lane_loss;
  }

  // Rounds past the end of a tile have no output gradients.
  __device__ __forceinline__ void clear_gradients(int rounds) const {
    float* d = &arrays().d[rounds][0][0];
    for (int i = threadIdx.x; i < (ROUNDS - rounds) * FEATURES * SAMPLE_LANES; i += THREADS) d[i] = 0.0f;
  }

  // Halves the sums and adds the partner's at strides 8, 4, 2, 1: lane s ends with sums
  // [s OWNED, (s + 1) OWNED) of the butterfly over all sample lanes.
  template <int STRIDE>
  __device__ __forceinline__ void scatter(float* g) const {
    const int half = STRIDE * OWNED;
    const bool upper = s & STRIDE;
#pragma unroll
    for (int k = 0; k < half; k++) {
      const float mine = upper ? g[k + half] : g[k], theirs = upper ? g[k] : g[k + half];
      g[k] = mine + __shfl_xor_sync(0xffffffffu, theirs, STRIDE);
    }
    if constexpr (STRIDE > 1) scatter<STRIDE / 2>(g);
  }

  // The whole step. Returns the loss, if it is wanted, on threads 0 to 15.
  __device__ __forceinline__ float step(int model, int step, bool wanted, const AdamUpdate& update) {
    float loss = 0.0f;
#pragma unroll 1
    for (int k = 0; k < t.tiles; k++) {
      const float tile_loss = tile(model, step, k, wanted);
      loss = k == 0 ? tile_loss : loss + tile_loss;
      float g[16 * OWNED];
#pragma unroll
      for (int p = 0; p < 16 * OWNED; p++) {
        g[p] = p < OWN * M ? dw[p / M][p % M] : p < SUMS ? db[p - OWN * M] : 0.0f;
      }
      scatter<8>(g);
#pragma unroll
      for (int o = 0; o < OWNED; o++) {
        float* total = totals() + o * THREADS;
        if (k > 0) g[o] = *total + g[o];
        if (k < t.tiles - 1) *total = g[o];
      }
      __syncthreads();  // all have read the weights of this step
      if (k < t.tiles - 1) continue;
#pragma unroll
      for (int o = 0; o < OWNED; o++) update_parameter(model, s * OWNED + o, g[o], update);
    }
    __syncthreads();
    return loss;
  }

  __device__ __forceinline__ void update_parameter(int model, int p, float sum, const AdamUpdate& update) {
    const int j = p < OWN * M ? p % M : 0;
    const int i = feature(p < OWN * M ? p / M : p - OWN * M);
    if (p >= SUMS || i >= n || j >= t.hidden) return;
    const bool bias = p >= OWN * M;
    const long long at = (long long)model * t.parameters + (bias ? bias_index(t) + i : i * t.hidden + j);
    float& value = bias ? arrays().biases[i] : weight(i, j);
    adam_step(value, t.first_moments[at], t.second_moments[at], finish(sum) * t.gradient_scale, update);
  }
};

// Takes `steps` steps of the model of this block, from global memory and back.
template <int OWN, int M, int ROUNDS, bool KEPT>
static __device__ __forceinline__ void train_in_registers(const Training& t) {
  const int model = blockIdx.x;
  if (t.diverged_at[model] >= 0) return;
  RegisterModel<OWN, M, ROUNDS, KEPT> state(t);
  state.load(model);
  float loss = 0.0f;
#pragma unroll 1
  for (int k = 0; k < t.steps; k++) {
    const int taken = t.first_step + k + 1;
    const bool tested = tested_after(t, taken);
    // Only the last step's loss is stored, and a model may be frozen where it is tested.
    loss = state.step(model, taken - 1, tested || k == t.steps - 1, t.updates[k]);
    if (tested && !state.all_finite(model)) {
      if (threadIdx.x == 0) t.diverged_at[model] = taken;
      break;
    }
  }
  state.store(model, loss);
}
