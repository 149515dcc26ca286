// Twin of toymodels.train.Adam: AdamW (Loshchilov and Hutter 2019). docs/arithmetic.md, section 4.
#pragma once

// The floats of one update, made by the host in double and rounded once; (steps, 8).
struct alignas(16) AdamUpdate {
  float decay, beta1, one_minus_beta1, beta2;
  float one_minus_beta2, rate, root_correction, epsilon;
};

// Updates one parameter and its moments by its gradient g. Every operation rounds by itself:
// the build says --fmad=false, and fmaf is written where it is meant.
static __device__ __forceinline__ void adam_step(float& p, float& m, float& v, float g,
                                                 const AdamUpdate& u) {
  p = p * u.decay;
  m = fmaf(u.beta1, m, u.one_minus_beta1 * g);
  v = fmaf(u.beta2, v, u.one_minus_beta2 * g * g);
  p = p - u.rate * m / (sqrtf(v) / u.root_correction + u.epsilon);
}

static __device__ __forceinline__ bool is_finite(float x) {
  return (__float_as_uint(x) & 0x7f800000u) != 0x7f800000u;
}
