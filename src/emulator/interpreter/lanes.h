// Makes of a function of one lane's values the handler of an instruction: its argument and result
// types say how wide each operand is. bool is a predicate; 16-bit values lie in 32-bit registers.
#pragma once
#include <immintrin.h>

#include <bit>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "program.h"

namespace ptx {

// Bits of an operand of this type; 1 for a predicate.
template <class T>
constexpr int bitsOf = std::is_same_v<T, bool> ? 1 : 8 * static_cast<int>(sizeof(T));

template <class T>
using Stored = std::conditional_t<(sizeof(T) < 4), uint32_t, T>;

template <class T>
struct Source {
  const Stored<T>* at;
  Source(uint8_t* file, const uint32_t*, uint32_t place) : at(reinterpret_cast<Stored<T>*>(file + place)) {}
  T operator[](int lane) const { return static_cast<T>(at[lane]); }
};

template <>
struct Source<bool> {
  uint32_t bits;
  Source(uint8_t*, const uint32_t* predicates, uint32_t place) : bits(predicates[place]) {}
  bool operator[](int lane) const { return bits >> lane & 1; }
};

// One bit a lane of 32 words that are 0 or -1.
inline uint32_t packed(const int32_t* flags) {
  uint32_t bits = 0;
  for (int k = 0; k < 4; k++) {
    __m256i part = _mm256_load_si256(reinterpret_cast<const __m256i*>(flags) + k);
    bits |= static_cast<uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(part))) << (8 * k);
  }
  return bits;
}

template <class F, class D, class... A>
struct Handler {
  template <size_t... I>
  static void apply(uint8_t* file, uint32_t* predicates, const Instruction& i, uint32_t mask, std::index_sequence<I...>) {
    const std::tuple<Source<A>...> sources(Source<A>(file, predicates, i.sources[I])...);
    const F f{};
    if constexpr (std::is_same_v<D, bool>) {
      alignas(32) int32_t flags[WARP];
#pragma GCC ivdep
      for (int l = 0; l < static_cast<int>(WARP); l++) flags[l] = f(std::get<I>(sources)[l]...) ? -1 : 0;
      uint32_t& target = predicates[i.target];
      target = (target & ~mask) | (packed(flags) & mask);
    } else {
      auto* target = reinterpret_cast<Stored<D>*>(file + i.target);
      if (mask == ALL_LANES) {
#pragma GCC ivdep
        for (int l = 0; l < static_cast<int>(WARP); l++) target[l] = static_cast<Stored<D>>(f(std::get<I>(sources)[l]...));
      } else {
        for (uint32_t m = mask; m; m &= m - 1) {
          int l = std::countr_zero(m);
          target[l] = static_cast<Stored<D>>(f(std::get<I>(sources)[l]...));
        }
      }
    }
  }

  static void lanes(uint8_t* file, uint32_t* predicates, const Instruction& i, uint32_t mask) {
    apply(file, predicates, i, mask, std::index_sequence_for<A...>());
  }
};

// An instruction that lanes compute each for themselves.
struct Definition {
  Kind kind = MOVE;
  Lanes* lanes = nullptr;
  int target = 32;           // bits
  std::vector<int> sources;  // bits of each
};

template <class F, class D, class... A>
Definition definitionOf(Kind kind, D (F::*)(A...) const) {
  return {kind, Handler<F, D, A...>::lanes, bitsOf<D>, {bitsOf<A>...}};
}

template <class F>
Definition define(Kind kind, F) {
  return definitionOf(kind, &F::operator());
}

}  // namespace ptx
