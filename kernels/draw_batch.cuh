// Draws a whole batch into global memory, one generator a thread: what rungs 1 and 6 share.
#pragma once
#include "toy_model.cuh"

static __device__ __forceinline__ long long thread_index() {
  return (long long)blockIdx.x * blockDim.x + threadIdx.x;
}

// One thread draws the set words of one sample lane of one tile: words (batch, sets).
template <class Words>
static __device__ void draw_sets(const Training& t, Words words_of) {
  long long i = thread_index();
  int lane = (int)(i % SAMPLE_LANES), tile = (int)(i / SAMPLE_LANES % t.tiles);
  long long model = i / SAMPLE_LANES / t.tiles;
  if (model >= t.models || t.diverged_at[model] >= 0) return;
  int sets = t.tasks[t.task_of[model]].sets;
  unsigned* words = words_of((int)model) + (long long)tile_start(t, tile) * t.max_sets;
  Xoshiro generator = seeded(t.keys[model], t.first_step, lane, tile, STREAM_SETS);
  for (int s = lane; s < tile_samples(t, tile); s += SAMPLE_LANES) {
    for (int g = 0; g < sets; g++) words[(long long)s * t.max_sets + g] = generator.next();
  }
}

// One thread runs one generator: a lane's of a tile, or, of many features, a sample's. put takes
// model, sample, feature and value.
template <class Words, class Put>
static __device__ void draw_batch(const Training& t, Words words_of, Put put) {
  bool by_sample = t.features > MAX_LANE_FEATURES;
  int lanes = SAMPLE_LANES * t.feature_lanes;
  long long i = thread_index(), generators = by_sample ? t.batch : (long long)lanes * t.tiles;
  long long model = i / generators;
  int own = (int)(i % generators);
  if (model >= t.models || t.diverged_at[model] >= 0) return;
  const TaskRule task = t.tasks[t.task_of[model]];
  const FeatureRule* rules = t.rules + (long long)t.task_of[model] * t.features;
  const int* sets = t.sets + (long long)t.task_of[model] * t.features;
  const unsigned* words = words_of((int)model);

  int tile = own / lanes, lane = own % lanes;
  if (by_sample) {
    tile = 0;
    while (tile_start(t, tile + 1) <= own) tile++;
    lane = own - tile_start(t, tile);
  }
  int start = tile_start(t, tile), samples = tile_samples(t, tile);
  int first = by_sample ? lane : lane % SAMPLE_LANES, stride = by_sample ? samples : SAMPLE_LANES;
  int q = by_sample ? 0 : lane / SAMPLE_LANES, step = by_sample ? 1 : t.feature_lanes;
  int draws = (t.features + step - 1) / step;
  Xoshiro generator = seeded(t.keys[model], t.first_step, lane, tile, STREAM_INPUTS);
  for (int s = first; s < samples; s += stride) {
    long long sample = start + s;
    for (int k = 0; k < draws; k++) {
      unsigned word = generator.next();
      int feature = k * step + q;
      if (feature >= t.features) continue;
      int set = sets[feature];
      unsigned shared = set < 0 ? 0 : words[sample * t.max_sets + set];
      put(model, sample, feature, feature_value(word, shared, set, rules[feature], task));
    }
  }
}
