// Floating-point instructions: each rounds by itself, denormals are kept, and a NaN result has the
// one pattern that a GPU gives (PTX ISA, "Floating Point Instructions").
#include <cmath>

#include "instructions.h"

namespace ptx {

namespace {

inline float canonical(float x) { return x != x ? std::bit_cast<float>(0x7fffffffu) : x; }
inline double canonical(double x) { return x != x ? std::bit_cast<double>(0x7fffffffffffffffull) : x; }

// -0 is less than +0; of a NaN and a number the number is taken.
template <class T>
T least(T a, T b) {
  if (a != a) return canonical(b);
  if (b != b) return a;
  if (a == b) return std::signbit(a) ? a : b;
  return a < b ? a : b;
}

template <class T>
T greatest(T a, T b) {
  if (a != a) return canonical(b);
  if (b != b) return a;
  if (a == b) return std::signbit(a) ? b : a;
  return a > b ? a : b;
}

// Sums and products without contraction: this file is compiled with -ffp-contract=off.
template <class T>
void arithmetic(Definitions& all, const std::string& type, Kind kind, Kind fma, Kind special) {
  all["add.rn." + type] = all["add." + type] = define(kind, [](T a, T b) { return canonical(a + b); });
  all["sub.rn." + type] = all["sub." + type] = define(kind, [](T a, T b) { return canonical(a - b); });
  all["mul.rn." + type] = all["mul." + type] = define(kind, [](T a, T b) { return canonical(a * b); });
  all["fma.rn." + type] = define(fma, [](T a, T b, T c) {
    if constexpr (sizeof(T) == 4) {
      return canonical(__builtin_fmaf(a, b, c));
    } else {
      return canonical(__builtin_fma(a, b, c));
    }
  });
  all["div.rn." + type] = define(special, [](T a, T b) { return canonical(a / b); });
  all["rcp.rn." + type] = define(special, [](T a) { return canonical(T(1) / a); });
  all["sqrt.rn." + type] = define(special, [](T a) {
    if constexpr (sizeof(T) == 4) {
      return canonical(__builtin_sqrtf(a));
    } else {
      return canonical(__builtin_sqrt(a));
    }
  });
  all["min." + type] = define(kind, [](T a, T b) { return least(a, b); });
  all["max." + type] = define(kind, [](T a, T b) { return greatest(a, b); });
}

// To an integer, towards zero; what does not fit is clamped, a NaN is 0.
template <class I, class F>
I truncated(F x) {
  if (x != x) return 0;
  if (x >= std::ldexp(F(1), std::is_signed_v<I> ? bitsOf<I> - 1 : bitsOf<I>)) return std::numeric_limits<I>::max();
  if (std::is_signed_v<I> ? x <= -std::ldexp(F(1), bitsOf<I> - 1) : x <= F(0)) return std::numeric_limits<I>::min();
  return static_cast<I>(x);
}

template <class I>
void integerConversions(Definitions& all, const std::string& type) {
  all["cvt.rn.f32." + type] = define(CONVERT, [](I a) { return static_cast<float>(a); });
  all["cvt.rn.f64." + type] = define(DOUBLE, [](I a) { return static_cast<double>(a); });
  all["cvt.rzi." + type + ".f32"] = define(CONVERT, [](float a) { return truncated<I>(a); });
  all["cvt.rzi." + type + ".f64"] = define(DOUBLE, [](double a) { return truncated<I>(a); });
  all["cvt.rni." + type + ".f32"] = define(CONVERT, [](float a) { return truncated<I>(__builtin_rintf(a)); });
  all["cvt.rni." + type + ".f64"] = define(DOUBLE, [](double a) { return truncated<I>(__builtin_rint(a)); });
}

}  // namespace

void defineFloats(Definitions& all) {
  arithmetic<float>(all, "f32", FLOAT, FMA, SPECIAL);
  arithmetic<double>(all, "f64", DOUBLE, DOUBLE, DOUBLE);
  all["abs.f32"] = define(FLOAT, [](uint32_t a) { return a & 0x7fffffffu; });
  all["neg.f32"] = define(FLOAT, [](uint32_t a) { return a ^ 0x80000000u; });
  all["abs.f64"] = define(DOUBLE, [](uint64_t a) { return a & ~(1ull << 63); });
  all["neg.f64"] = define(DOUBLE, [](uint64_t a) { return a ^ 1ull << 63; });
  all["copysign.f32"] = define(FLOAT, [](uint32_t a, uint32_t b) { return (a & 0x80000000u) | (b & 0x7fffffffu); });
  integerConversions<int32_t>(all, "s32");
  integerConversions<uint32_t>(all, "u32");
  integerConversions<int64_t>(all, "s64");
  integerConversions<uint64_t>(all, "u64");
  all["cvt.rn.f32.u16"] = define(CONVERT, [](uint16_t a) { return static_cast<float>(a); });
  all["cvt.rn.f32.s16"] = define(CONVERT, [](int16_t a) { return static_cast<float>(a); });
  all["cvt.sat.f32.f32"] = define(CONVERT, [](float a) { return a > 0.0f ? (a < 1.0f ? a : 1.0f) : 0.0f; });
  all["cvt.f64.f32"] = define(DOUBLE, [](float a) { return canonical(static_cast<double>(a)); });
  all["cvt.rn.f32.f64"] = define(DOUBLE, [](double a) { return canonical(static_cast<float>(a)); });
  all["cvt.rmi.f32.f32"] = define(CONVERT, [](float a) { return canonical(__builtin_floorf(a)); });
  all["cvt.rpi.f32.f32"] = define(CONVERT, [](float a) { return canonical(__builtin_ceilf(a)); });
  all["cvt.rni.f32.f32"] = define(CONVERT, [](float a) { return canonical(__builtin_rintf(a)); });
  all["cvt.rzi.f32.f32"] = define(CONVERT, [](float a) { return canonical(__builtin_truncf(a)); });
}

}  // namespace ptx
