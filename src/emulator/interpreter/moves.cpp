// Comparisons, selections, moves and conversions between integers.
#include "instructions.h"

namespace ptx {

namespace {

template <class T>
void ordered(Definitions& all, const std::string& type, Kind kind) {
  auto put = [&](const char* name, Definition definition) { all[std::string("setp.") + name + "." + type] = definition; };
  put("eq", define(kind, [](T a, T b) -> bool { return a == b; }));
  put("lt", define(kind, [](T a, T b) -> bool { return a < b; }));
  put("le", define(kind, [](T a, T b) -> bool { return a <= b; }));
  put("gt", define(kind, [](T a, T b) -> bool { return a > b; }));
  put("ge", define(kind, [](T a, T b) -> bool { return a >= b; }));
}

template <class T>
void integers(Definitions& all, const std::string& type, Kind kind) {
  ordered<T>(all, type, kind);
  all["setp.ne." + type] = define(kind, [](T a, T b) -> bool { return a != b; });
}

// Ordered comparisons are false of a NaN; those with a u are true of one.
template <class T>
void floats(Definitions& all, const std::string& type, Kind kind) {
  ordered<T>(all, type, kind);
  auto put = [&](const char* name, Definition definition) { all[std::string("setp.") + name + "." + type] = definition; };
  put("ne", define(kind, [](T a, T b) -> bool { return (a < b) | (a > b); }));
  put("equ", define(kind, [](T a, T b) -> bool { return !((a < b) | (a > b)); }));
  put("neu", define(kind, [](T a, T b) -> bool { return a != b; }));
  put("ltu", define(kind, [](T a, T b) -> bool { return !(a >= b); }));
  put("leu", define(kind, [](T a, T b) -> bool { return !(a > b); }));
  put("gtu", define(kind, [](T a, T b) -> bool { return !(a <= b); }));
  put("geu", define(kind, [](T a, T b) -> bool { return !(a < b); }));
  put("num", define(kind, [](T a, T b) -> bool { return (a == a) & (b == b); }));
  put("nan", define(kind, [](T a, T b) -> bool { return (a != a) | (b != b); }));
}

template <class D, class A>
void conversion(Definitions& all, const std::string& name) {
  all[name] = define(CONVERT, [](A a) { return static_cast<D>(a); });
  // The source register may have 64 bits, of which the lower ones are meant.
  all[name + " of 64"] = define(CONVERT, [](uint64_t a) { return static_cast<D>(static_cast<A>(a)); });
}

// Between integers: the source is cut or extended as its own type says.
template <class A>
void conversions(Definitions& all, const std::string& from) {
  conversion<int16_t, A>(all, "cvt.s16." + from);
  conversion<uint16_t, A>(all, "cvt.u16." + from);
  conversion<int32_t, A>(all, "cvt.s32." + from);
  conversion<uint32_t, A>(all, "cvt.u32." + from);
  conversion<int64_t, A>(all, "cvt.s64." + from);
  conversion<uint64_t, A>(all, "cvt.u64." + from);
}

}  // namespace

void defineComparisons(Definitions& all) {
  integers<int16_t>(all, "s16", COMPARE);
  integers<uint16_t>(all, "u16", COMPARE);
  integers<int32_t>(all, "s32", COMPARE);
  integers<uint32_t>(all, "u32", COMPARE);
  integers<int64_t>(all, "s64", COMPARE);
  integers<uint64_t>(all, "u64", COMPARE);
  for (const char* bits : {"16", "32", "64"}) {
    for (const char* compare : {"eq", "ne"}) {
      std::string name = std::string("setp.") + compare;
      all[name + ".b" + bits] = all[name + ".u" + bits];
    }
  }
  floats<float>(all, "f32", COMPARE);
  floats<double>(all, "f64", DOUBLE);
  all["and.pred"] = define(PREDICATE, [](bool a, bool b) -> bool { return a & b; });
  all["or.pred"] = define(PREDICATE, [](bool a, bool b) -> bool { return a | b; });
  all["xor.pred"] = define(PREDICATE, [](bool a, bool b) -> bool { return a != b; });
  all["not.pred"] = define(PREDICATE, [](bool a) -> bool { return !a; });
  all["mov.pred"] = define(PREDICATE, [](bool a) -> bool { return a; });
}

void defineMoves(Definitions& all) {
  for (const char* type : {"b16", "u16", "s16"}) {
    all[std::string("mov.") + type] = define(MOVE, [](uint16_t a) { return a; });
    all[std::string("selp.") + type] = define(SELECT, [](uint16_t a, uint16_t b, bool c) { return c ? a : b; });
  }
  for (const char* type : {"b32", "u32", "s32", "f32"}) {
    all[std::string("mov.") + type] = define(MOVE, [](uint32_t a) { return a; });
    all[std::string("selp.") + type] = define(SELECT, [](uint32_t a, uint32_t b, bool c) { return c ? a : b; });
  }
  for (const char* type : {"b64", "u64", "s64", "f64"}) {
    all[std::string("mov.") + type] = define(MOVE, [](uint64_t a) { return a; });
    all[std::string("selp.") + type] = define(SELECT, [](uint64_t a, uint64_t b, bool c) { return c ? a : b; });
  }
  // An address in global memory is the generic one; decode() refuses the other windows.
  all["cvta.to.global.u64"] = all["cvta.global.u64"] = define(MOVE, [](uint64_t a) { return a; });
  conversions<int16_t>(all, "s16");
  conversions<uint16_t>(all, "u16");
  conversions<int32_t>(all, "s32");
  conversions<uint32_t>(all, "u32");
  conversions<int64_t>(all, "s64");
  conversions<uint64_t>(all, "u64");
  all["cvt.u32.u8"] = define(CONVERT, [](uint32_t a) { return a & 255; });
  // The two halves of 64 bits; written with braces, told apart by the decoder.
  all["pack.b64"] = define(MOVE, [](uint32_t low, uint32_t high) { return static_cast<uint64_t>(high) << 32 | low; });
}

const Definitions& definitions() {
  static const Definitions all = [] {
    Definitions table;
    defineFloats(table);
    defineIntegers(table);
    defineComparisons(table);
    defineMoves(table);
    return table;
  }();
  return all;
}

}  // namespace ptx
