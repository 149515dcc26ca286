// Integer instructions (PTX ISA, "Integer Arithmetic Instructions" and "Logic and Shift Instructions").
#include <limits>

#include "instructions.h"

namespace ptx {

namespace {

template <class T>
using Unsigned = std::make_unsigned_t<T>;

// Narrow operands are promoted to int, whose product could overflow.
template <class U>
U product(U a, U b) {
  if constexpr (sizeof(U) == 2) return static_cast<U>(static_cast<uint32_t>(a) * b);
  return a * b;
}

// Sums, products and bits do not depend on the sign; both names are one instruction.
template <class U>
void wrapping(Definitions& all, const std::string& bits, Kind kind) {
  for (const std::string& type : {"s" + bits, "u" + bits}) {
    all["add." + type] = define(kind, [](U a, U b) { return static_cast<U>(a + b); });
    all["sub." + type] = define(kind, [](U a, U b) { return static_cast<U>(a - b); });
    all["mul.lo." + type] = define(kind, [](U a, U b) { return product<U>(a, b); });
    all["mad.lo." + type] = define(kind, [](U a, U b, U c) { return static_cast<U>(product<U>(a, b) + c); });
  }
  all["neg.s" + bits] = define(kind, [](U a) { return static_cast<U>(0 - a); });
  all["and.b" + bits] = define(kind, [](U a, U b) { return static_cast<U>(a & b); });
  all["or.b" + bits] = define(kind, [](U a, U b) { return static_cast<U>(a | b); });
  all["xor.b" + bits] = define(kind, [](U a, U b) { return static_cast<U>(a ^ b); });
  all["not.b" + bits] = define(kind, [](U a) { return static_cast<U>(~a); });
  // Shifts clamp; all lanes are computed without a branch.
  all["shl.b" + bits] = define(kind, [](U a, uint32_t b) {
    return static_cast<U>(b >= static_cast<uint32_t>(bitsOf<U>) ? U(0) : static_cast<U>(a << (b & (bitsOf<U> - 1))));
  });
}

template <class T>
void shiftsAndOrder(Definitions& all, const std::string& type, Kind kind) {
  constexpr uint32_t LAST = bitsOf<T> - 1;
  auto right = define(kind, [](T a, uint32_t b) {
    T clamped = static_cast<T>(a >> (b > LAST ? LAST : b));
    return b > LAST && std::is_unsigned_v<T> ? T(0) : clamped;
  });
  all["shr." + type] = right;
  if (std::is_unsigned_v<T>) all["shr.b" + type.substr(1)] = right;
  all["min." + type] = define(kind, [](T a, T b) { return a < b ? a : b; });
  all["max." + type] = define(kind, [](T a, T b) { return a > b ? a : b; });
  // The result of a division by zero is unspecified; checked runs refuse it.
  all["div." + type] = define(DIVISION, [](T a, T b) {
    if (b == 0) return static_cast<T>(~T(0));
    if (std::is_signed_v<T> && b == static_cast<T>(-1)) return static_cast<T>(Unsigned<T>(0) - static_cast<Unsigned<T>>(a));
    return static_cast<T>(a / b);
  });
  all["rem." + type] = define(DIVISION, [](T a, T b) {
    if (b == 0) return static_cast<T>(a);
    if (std::is_signed_v<T> && b == static_cast<T>(-1)) return T(0);
    return static_cast<T>(a % b);
  });
}

template <class T, class Wide>
void wideProducts(Definitions& all, const std::string& type, Kind kind) {
  all["mul.wide." + type] = define(kind, [](T a, T b) { return static_cast<Wide>(a) * static_cast<Wide>(b); });
  all["mad.wide." + type] = define(kind, [](T a, T b, Wide c) {
    return static_cast<Wide>(static_cast<Unsigned<Wide>>(static_cast<Wide>(a) * static_cast<Wide>(b)) + static_cast<Unsigned<Wide>>(c));
  });
}

uint32_t fieldMask(uint32_t length) { return length >= 32 ? ALL_LANES : (1u << length) - 1; }

}  // namespace

void defineIntegers(Definitions& all) {
  wrapping<uint16_t>(all, "16", INTEGER);
  wrapping<uint32_t>(all, "32", INTEGER);
  wrapping<uint64_t>(all, "64", WIDE);
  shiftsAndOrder<int16_t>(all, "s16", INTEGER);
  shiftsAndOrder<uint16_t>(all, "u16", INTEGER);
  shiftsAndOrder<int32_t>(all, "s32", INTEGER);
  shiftsAndOrder<uint32_t>(all, "u32", INTEGER);
  shiftsAndOrder<int64_t>(all, "s64", WIDE);
  shiftsAndOrder<uint64_t>(all, "u64", WIDE);
  wideProducts<int16_t, int32_t>(all, "s16", INTEGER);
  wideProducts<uint16_t, uint32_t>(all, "u16", INTEGER);
  wideProducts<int32_t, int64_t>(all, "s32", WIDE);
  wideProducts<uint32_t, uint64_t>(all, "u32", WIDE);
  all["mul.hi.u32"] = define(INTEGER, [](uint32_t a, uint32_t b) { return static_cast<uint32_t>(static_cast<uint64_t>(a) * b >> 32); });
  all["mul.hi.s32"] = define(INTEGER, [](int32_t a, int32_t b) { return static_cast<int32_t>(static_cast<int64_t>(a) * b >> 32); });
  all["mul.hi.u64"] = define(WIDE, [](uint64_t a, uint64_t b) { return static_cast<uint64_t>(static_cast<unsigned __int128>(a) * b >> 64); });
  all["mul.hi.s64"] = define(WIDE, [](int64_t a, int64_t b) { return static_cast<int64_t>(static_cast<__int128>(a) * b >> 64); });
  all["abs.s32"] = define(INTEGER, [](int32_t a) { return a < 0 ? 0u - static_cast<uint32_t>(a) : static_cast<uint32_t>(a); });
  all["popc.b32"] = define(INTEGER, [](uint32_t a) { return static_cast<uint32_t>(std::popcount(a)); });
  all["clz.b32"] = define(INTEGER, [](uint32_t a) { return static_cast<uint32_t>(std::countl_zero(a)); });
  all["brev.b32"] = define(INTEGER, [](uint32_t a) {
    uint32_t reversed = 0;
    for (int bit = 0; bit < 32; bit++) reversed |= (a >> bit & 1) << (31 - bit);
    return reversed;
  });
  // A funnel shift: 32 bits out of the pair b:a.
  all["shf.l.wrap.b32"] = define(INTEGER, [](uint32_t a, uint32_t b, uint32_t c) {
    return static_cast<uint32_t>((static_cast<uint64_t>(b) << 32 | a) << (c & 31) >> 32);
  });
  all["shf.r.wrap.b32"] = define(INTEGER, [](uint32_t a, uint32_t b, uint32_t c) {
    return static_cast<uint32_t>((static_cast<uint64_t>(b) << 32 | a) >> (c & 31));
  });
  all["bfi.b32"] = define(INTEGER, [](uint32_t a, uint32_t b, uint32_t position, uint32_t length) {
    uint32_t at = position & 255, field = at > 31 ? 0 : fieldMask(length & 255) << at;
    return (b & ~field) | (at > 31 ? 0 : a << at & field);
  });
  all["bfe.u32"] = define(INTEGER, [](uint32_t a, uint32_t position, uint32_t length) {
    return (position & 255) > 31 ? 0 : a >> (position & 31) & fieldMask(length & 255);
  });
  // Bit k of the table is the result for the bits a, b, c of the number k, a first.
  all["lop3.b32"] = define(INTEGER, [](uint32_t a, uint32_t b, uint32_t c, uint32_t table) {
    uint32_t result = 0;
    for (uint32_t k = 0; k < 8; k++) {
      if (table >> k & 1) result |= (k & 4 ? a : ~a) & (k & 2 ? b : ~b) & (k & 1 ? c : ~c);
    }
    return result;
  });
  // Each nibble of the selector takes a byte of the pair b:a, or with bit 3 its sign.
  all["prmt.b32"] = define(INTEGER, [](uint32_t a, uint32_t b, uint32_t selector) {
    uint64_t pair = static_cast<uint64_t>(b) << 32 | a;
    uint32_t result = 0;
    for (uint32_t k = 0; k < 4; k++) {
      uint32_t choice = selector >> (4 * k) & 15, byte = static_cast<uint32_t>(pair >> (8 * (choice & 7))) & 255;
      result |= (choice & 8 ? (byte & 128 ? 255u : 0u) : byte) << (8 * k);
    }
    return result;
  });
}

}  // namespace ptx
