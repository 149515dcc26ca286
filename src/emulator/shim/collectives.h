// Barriers, shuffles and votes of a warp on top of simt.h. The last lane to arrive does the work
// for all, so a shuffle costs one wait a lane.
#pragma once
#include "simt.h"

#define __syncthreads() simt_barrier(__FILE__, __LINE__)

// Under ThreadSanitizer the exchange itself must not look like a race of the kernel's.
#define SIMT_UNCHECKED __attribute__((no_sanitize("thread")))

static inline void __syncwarp(unsigned mask = 0xffffffffu, const char* file = __builtin_FILE(),
                              int line = __builtin_LINE()) {
  simt_warp(mask, SIMT_SYNCWARP, nullptr, nullptr, "__syncwarp", file, line);
}

template <class T>
struct SimtShuffle {
  T value, result;
  int source;
};

template <class T>
SIMT_UNCHECKED static void simtShuffle(unsigned mask, void* const* arguments) {
  for (int lane = 0; lane < 32; lane++) {
    if (!(mask >> lane & 1)) continue;
    auto* mine = static_cast<SimtShuffle<T>*>(arguments[lane]);
    if (!(mask >> mine->source & 1)) {
      simt_trap("a shuffle reads a lane outside its mask", __FILE__, __LINE__);
    }
    mine->result = static_cast<SimtShuffle<T>*>(arguments[mine->source])->value;
  }
}

template <class T>
SIMT_UNCHECKED static T simtExchange(unsigned mask, T value, int source, const char* what,
                                     const char* file, int line) {
  SimtShuffle<T> shuffle{value, value, source & 31};
  simt_warp(mask, SIMT_SHUFFLE, &shuffle, &simtShuffle<T>, what, file, line);
  return shuffle.result;
}

template <class T>
static inline T __shfl_sync(unsigned mask, T value, int source, int width = 32,
                            const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  int lane = simt_current->lane;
  int from = (lane & ~(width - 1)) | (source & (width - 1));
  return simtExchange(mask, value, from, "__shfl_sync", file, line);
}

template <class T>
static inline T __shfl_xor_sync(unsigned mask, T value, int flip, int width = 32,
                                const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  int lane = simt_current->lane;
  int from = lane ^ flip;
  if ((from & ~(width - 1)) > (lane & ~(width - 1))) from = lane;
  return simtExchange(mask, value, from, "__shfl_xor_sync", file, line);
}

template <class T>
static inline T __shfl_down_sync(unsigned mask, T value, unsigned delta, int width = 32,
                                 const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  int lane = simt_current->lane;
  int from = (lane & (width - 1)) + static_cast<int>(delta) < width ? lane + static_cast<int>(delta) : lane;
  return simtExchange(mask, value, from, "__shfl_down_sync", file, line);
}

struct SimtVote {
  int predicate;
  unsigned result;
};

SIMT_UNCHECKED static void simtVote(unsigned mask, void* const* arguments) {
  unsigned ballot = 0;
  for (int lane = 0; lane < 32; lane++) {
    if ((mask >> lane & 1) && static_cast<SimtVote*>(arguments[lane])->predicate) ballot |= 1u << lane;
  }
  for (int lane = 0; lane < 32; lane++) {
    if (mask >> lane & 1) static_cast<SimtVote*>(arguments[lane])->result = ballot;
  }
}

SIMT_UNCHECKED static inline unsigned __ballot_sync(unsigned mask, int predicate,
                                                    const char* file = __builtin_FILE(),
                                                    int line = __builtin_LINE()) {
  SimtVote vote{predicate != 0, 0};
  simt_warp(mask, SIMT_VOTE, &vote, &simtVote, "__ballot_sync", file, line);
  return vote.result;
}

static inline int __any_sync(unsigned mask, int predicate, const char* file = __builtin_FILE(),
                             int line = __builtin_LINE()) {
  return __ballot_sync(mask, predicate, file, line) != 0;
}

static inline int __all_sync(unsigned mask, int predicate, const char* file = __builtin_FILE(),
                             int line = __builtin_LINE()) {
  return __ballot_sync(mask, predicate, file, line) == mask;
}
