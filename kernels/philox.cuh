// Twin of toymodels.data.Philox and toymodels.data.Xoshiro: Philox4x32-10 (Salmon et al. 2011)
// seeds xoshiro128++ 1.0 (Blackman and Vigna 2021). docs/arithmetic.md, section 1.
#pragma once

// What random words are drawn for: the last word of the counter, as in toymodels.data.RandomStream.
enum Stream { STREAM_INPUTS = 0, STREAM_SETS = 1 };

static __device__ __forceinline__ uint4 philox(unsigned long long key, uint4 c) {
  unsigned k0 = (unsigned)key, k1 = (unsigned)(key >> 32);
#pragma unroll
  for (int round = 0; round < 10; round++) {
    unsigned high0 = __umulhi(0xD2511F53u, c.x), low0 = 0xD2511F53u * c.x;
    unsigned high1 = __umulhi(0xCD9E8D57u, c.z), low1 = 0xCD9E8D57u * c.z;
    c = make_uint4(high1 ^ c.y ^ k0, low1, high0 ^ c.w ^ k1, low0);
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  return c;
}

static __device__ __forceinline__ unsigned rotate_left(unsigned x, int k) {
  return __funnelshift_l(x, x, k);
}

// 128 bits of state; four instructions of logic and two rotations a word.
struct Xoshiro {
  unsigned s0, s1, s2, s3;

  __device__ __forceinline__ unsigned next() {
    unsigned result = rotate_left(s0 + s3, 7) + s0;
    unsigned t = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= t;
    s3 = rotate_left(s3, 11);
    return result;
  }
};

// The generator of (step, lane or sample, tile, stream) of the model with this key.
static __device__ __forceinline__ Xoshiro seeded(unsigned long long key, unsigned step,
                                                 unsigned lane, unsigned tile, Stream stream) {
  uint4 s = philox(key, make_uint4(step, lane, tile, (unsigned)stream));
  return Xoshiro{s.x, s.y, s.z, s.w};
}
