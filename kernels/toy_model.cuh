// What every train-step kernel is given, and the parts of the arithmetic that all rungs share.
// Twin of toymodels.backend.cuda.internal.launch.TrainingArguments; docs/arithmetic.md, section 3.
#pragma once
#include "adam.cuh"
#include "inputs.cuh"
#include "philox.cuh"

// Bits of Training::kind, as toymodels.model.ModelKind answers them.
enum Kind { RELU_HIDDEN = 1, RELU_OUTPUT = 2, UNTIED = 4, ABSOLUTE_TARGET = 8 };

// Models of one study on one device. A model's parameters are one block of `parameters` floats:
// encoder W (features, hidden), decoder D (features, hidden) if untied, biases b (features).
struct Training {
  float* weights;         // (models, parameters)
  float* first_moments;   // (models, parameters)
  float* second_moments;  // (models, parameters)
  float* losses;          // (models): of the last step, before its update
  int* diverged_at;       // (models): the step at which a model was frozen, or -1
  const unsigned long long* keys;  // (models)
  const int* task_of;              // (models)
  const TaskRule* tasks;           // (tasks)
  const FeatureRule* rules;        // (tasks, features)
  const int* sets;                 // (tasks, features): the feature's set, or -1
  const AdamUpdate* updates;       // (steps of this launch)
  float* scratch;                  // what a rung keeps in global memory, see there
  int models, features, hidden, parameters;
  int kind, feature_lanes, batch, tiles;
  int first_step;  // steps taken before this launch
  int steps;       // steps of this launch
  int last_step;   // steps of the whole plan
  int max_sets;    // the largest TaskRule::sets
  float gradient_scale;  // c = (float)(2 / (B n))
  float loss_scale;      // (float)(1 / (B n))
};

// A finished sum: -0 becomes +0, so that skipping exact zeros changes no bit.
static __device__ __forceinline__ float finish(float sum) { return sum + 0.0f; }

static __device__ __forceinline__ float relu(float x) { return x > 0.0f ? x : 0.0f; }

// The first sample of a tile.
static __device__ __forceinline__ int tile_start(const Training& t, int tile) {
  return (int)((long long)tile * t.batch / t.tiles);
}

static __device__ __forceinline__ int tile_samples(const Training& t, int tile) {
  return tile_start(t, tile + 1) - tile_start(t, tile);
}

// Where a feature's bias stands in its model's block.
static __device__ __forceinline__ int bias_index(const Training& t) {
  return t.parameters - t.features;
}

static __device__ __forceinline__ int decoder_index(const Training& t) {
  return t.kind & UNTIED ? t.features * t.hidden : 0;
}

// The output's error and its gradient for one feature: e = y - target, d = I e where the output
// unit passes. Returns I e, which the loss needs.
static __device__ __forceinline__ float output_error(int kind, float pre, float x, float importance,
                                                     float& e, float& d) {
  float y = kind & RELU_OUTPUT ? relu(pre) : pre;
  e = y - (kind & ABSOLUTE_TARGET ? fabsf(x) : x);
  float weighted = importance * e;
  d = !(kind & RELU_OUTPUT) || pre > 0.0f ? weighted : 0.0f;
  return weighted;
}

// Whether models are looked at for numbers that are not finite once this many steps are done.
static __device__ __forceinline__ bool tested_after(const Training& t, int steps_taken) {
  return steps_taken % 100 == 0 || steps_taken == t.last_step;
}

// The sum of 16 sample lanes as a butterfly at strides 8, 4, 2, 1 makes it: a tree, the same for
// every lane since addition commutes. lane(s) gives the value of lane s.
template <class Lane>
static __device__ __forceinline__ float butterfly(Lane lane) {
  float a[8];
#pragma unroll
  for (int s = 0; s < 8; s++) a[s] = lane(s) + lane(s + 8);
#pragma unroll
  for (int stride = 4; stride > 0; stride >>= 1) {
#pragma unroll
    for (int s = 0; s < stride; s++) a[s] = a[s] + a[s + stride];
  }
  return a[0];
}
