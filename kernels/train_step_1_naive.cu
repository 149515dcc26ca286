// Rung 1, naive: every step goes through global memory, five launches a step. Serves every shape.
//
// Parallel over: models and lanes (draw), models and samples (forward and backward), models and
// parameters (gradient and Adam), models (loss and divergence). Registers hold one sum each; nothing is
// shared. Java reference: toymodels.backend.reference.ReferenceModel.
#include "draw_batch.cuh"

// Scratch of one model: inputs x (batch, features), hidden h, gated g and its gradient dh
// (batch, hidden), output gradient d (batch, features), loss (batch, 2), set words (batch, sets).
struct NaiveScratch {
  float *x, *h, *dh, *d, *loss;
  unsigned* set_words;
};

static __device__ NaiveScratch scratch_of(const Training& t, int model) {
  long long n = t.features, m = t.hidden, b = t.batch;
  float* at = t.scratch + model * b * (2 * n + 2 * m + 2 + t.max_sets);
  NaiveScratch s;
  s.x = at;
  s.h = s.x + b * n;
  s.dh = s.h + b * m;
  s.d = s.dh + b * m;
  s.loss = s.d + b * n;
  s.set_words = (unsigned*)(s.loss + 2 * b);
  return s;
}

extern "C" __global__ void __launch_bounds__(128) naive_draw_sets(const __grid_constant__ Training t) {
  draw_sets(t, [&](int model) { return scratch_of(t, model).set_words; });
}

extern "C" __global__ void __launch_bounds__(128) naive_draw(const __grid_constant__ Training t) {
  draw_batch(
      t, [&](int model) { return scratch_of(t, model).set_words; },
      [&](long long model, long long sample, int feature, float value) {
        scratch_of(t, (int)model).x[sample * t.features + feature] = value;
      });
}

// One thread takes one sample forward and back to the gradients of its hidden and output units.
extern "C" __global__ void __launch_bounds__(128) naive_samples(const __grid_constant__ Training t) {
  long long i = thread_index(), model = i / t.batch, sample = i % t.batch;
  if (model >= t.models || t.diverged_at[model] >= 0) return;
  int n = t.features, m = t.hidden, lanes = t.feature_lanes;
  const float* encoder = t.weights + model * t.parameters;
  const float* decoder = encoder + decoder_index(t);
  const float* biases = encoder + bias_index(t);
  const FeatureRule* rules = t.rules + (long long)t.task_of[model] * n;
  NaiveScratch scratch = scratch_of(t, (int)model);
  float *x = scratch.x + sample * n, *d = scratch.d + sample * n;
  float *h = scratch.h + sample * m, *dh = scratch.dh + sample * m;

  for (int j = 0; j < m; j++) {
    float sum[2] = {0.0f, 0.0f};
    for (int f = 0; f < n; f++) {
      float& lane = sum[lanes == 2 ? f & 1 : 0];
      lane = fmaf(x[f], encoder[f * m + j], lane);
    }
    h[j] = finish(lanes == 2 ? sum[0] + sum[1] : sum[0]);
  }
  float loss[2] = {0.0f, 0.0f};
  for (int f = 0; f < n; f++) {
    float pre = biases[f];
    for (int j = 0; j < m; j++) {
      pre = fmaf(t.kind & RELU_HIDDEN ? relu(h[j]) : h[j], decoder[f * m + j], pre);
    }
    float e;
    float weighted = output_error(t.kind, pre, x[f], rules[f].importance, e, d[f]);
    float& lane = loss[lanes == 2 ? f & 1 : 0];
    lane = fmaf(weighted, e, lane);
  }
  scratch.loss[2 * sample] = loss[0];
  scratch.loss[2 * sample + 1] = loss[1];
  for (int j = 0; j < m; j++) {
    float sum[2] = {0.0f, 0.0f};
    for (int f = 0; f < n; f++) {
      float& lane = sum[lanes == 2 ? f & 1 : 0];
      lane = fmaf(d[f], decoder[f * m + j], lane);
    }
    float dg = finish(lanes == 2 ? sum[0] + sum[1] : sum[0]);
    dh[j] = !(t.kind & RELU_HIDDEN) || h[j] > 0.0f ? dg : 0.0f;
  }
}

// One thread sums the gradient of one parameter over the batch and updates it.
extern "C" __global__ void __launch_bounds__(128, 4) naive_update(const __grid_constant__ Training t) {
  long long i = thread_index(), model = i / t.parameters;
  int p = (int)(i % t.parameters), n = t.features, m = t.hidden;
  if (model >= t.models || t.diverged_at[model] >= 0) return;
  NaiveScratch scratch = scratch_of(t, (int)model);
  bool bias = p >= bias_index(t), untied = t.kind & UNTIED;
  bool from_decoder = untied && !bias && p >= n * m;
  int q = bias ? p - bias_index(t) : p - (from_decoder ? n * m : 0);
  int f = bias ? q : q / m, j = bias ? 0 : q % m;

  float total = 0.0f;
  for (int tile = 0; tile < t.tiles; tile++) {
    int start = tile_start(t, tile), samples = tile_samples(t, tile);
    float sum = butterfly([&](int lane) {
      float acc = 0.0f;
      for (int s = lane; s < samples; s += SAMPLE_LANES) {
        long long sample = start + s;
        float d = scratch.d[sample * n + f];
        if (bias) {
          acc = acc + d;
          continue;
        }
        float h = scratch.h[sample * m + j], g = t.kind & RELU_HIDDEN ? relu(h) : h;
        if (!untied || from_decoder) acc = fmaf(g, d, acc);
        if (!from_decoder) acc = fmaf(scratch.dh[sample * m + j], scratch.x[sample * n + f], acc);
      }
      return acc;
    });
    total = tile == 0 ? sum : total + sum;
  }
  adam_step(t.weights[i], t.first_moments[i], t.second_moments[i],
            finish(total) * t.gradient_scale, t.updates[0]);
}

// One thread sums one model's loss and looks for numbers that are not finite.
extern "C" __global__ void __launch_bounds__(128) naive_finish(const __grid_constant__ Training t) {
  long long model = thread_index();
  if (model >= t.models || t.diverged_at[model] >= 0) return;
  const float* losses = scratch_of(t, (int)model).loss;
  float total = 0.0f;
  for (int tile = 0; tile < t.tiles; tile++) {
    int start = tile_start(t, tile), samples = tile_samples(t, tile);
    float sum = butterfly([&](int lane) {
      float acc[2] = {0.0f, 0.0f};
      for (int s = lane; s < samples; s += SAMPLE_LANES) {
        acc[0] = acc[0] + losses[2 * (start + s)];
        acc[1] = acc[1] + losses[2 * (start + s) + 1];
      }
      return t.feature_lanes == 2 ? acc[0] + acc[1] : acc[0];
    });
    total = tile == 0 ? sum : total + sum;
  }
  t.losses[model] = total * t.loss_scale;
  if (!tested_after(t, t.first_step + 1)) return;
  for (long long p = model * t.parameters; p < (model + 1) * t.parameters; p++) {
    if (is_finite(t.weights[p]) && is_finite(t.first_moments[p]) && is_finite(t.second_moments[p])) continue;
    t.diverged_at[model] = t.first_step + 1;
    return;
  }
}
