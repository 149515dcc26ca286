// Twin of toymodels.data.Inputs: from random words to features. docs/arithmetic.md, section 2.
#pragma once

// Sample lanes P: sample s of a tile is drawn, and summed, on lane s mod 16.
const int SAMPLE_LANES = 16;

// Up to this many features a generator serves a lane; beyond, each sample has its own.
const int MAX_LANE_FEATURES = 64;

// How one feature of one task is drawn and weighed; 16 bytes, one load.
struct alignas(16) FeatureRule {
  unsigned threshold;  // T: active iff (w - offset) < T, unsigned
  unsigned offset;     // c M for member c of an anticorrelated set, else 0
  float scale;         // from value word to magnitude
  float importance;    // I of the loss
};

// How the features of one task hang together.
struct TaskRule {
  int sets;               // words drawn a sample from the set generator
  int own_value;          // correlated: members take their value from their own word
  unsigned sign_mask;     // 0x80000000 when signed, else 0
  int unused;
};

// The sign that bit 0 of the value word gives to an active feature.
static __device__ __forceinline__ float with_sign(float x, unsigned word, unsigned sign_mask) {
  return __uint_as_float(__float_as_uint(x) ^ (word << 31 & sign_mask));
}

// An independent feature from its own word u. __saturatef is min(., 1) here, since nothing is
// negative, and costs no instruction of its own.
template <bool SIGNED>
static __device__ __forceinline__ float independent_value(unsigned u, unsigned threshold,
                                                          float scale, unsigned sign_mask) {
  unsigned w = u >> 1;
  float x = __saturatef((float)(int)w * scale);
  if (SIGNED) x = with_sign(x, u, sign_mask);
  return w < threshold ? x : 0.0f;
}

// A feature from its own word and, where it is in a set (set >= 0), its set's word.
static __device__ __forceinline__ float feature_value(unsigned own, unsigned shared, int set,
                                                      const FeatureRule& rule,
                                                      const TaskRule& task) {
  bool member = set >= 0;
  unsigned w = ((member ? shared : own) >> 1) - rule.offset;
  bool own_value = !member || task.own_value;
  unsigned magnitude = member && task.own_value ? own >> 1 : w;
  float x = fminf((float)(int)magnitude * rule.scale, 1.0f);
  x = with_sign(x, own_value ? own : shared, task.sign_mask);
  return w < rule.threshold ? x : 0.0f;
}
