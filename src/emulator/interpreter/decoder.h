// Turns PTX statements into a Program: kernels in decoder.cpp, what they declare in declarations.cpp,
// instructions in operands.cpp and memory_operands.cpp.
#pragma once
#include <unordered_map>

#include "program.h"
#include "statements.h"

namespace ptx {

class Decoder {
 public:
  explicit Decoder(const std::string& text) : statements_(text), program_(std::make_shared<Program>()) {}
  std::shared_ptr<Program> run();

 private:
  // Registers declared together: "%r<100>" or one name.
  struct Family {
    std::string stem;
    uint32_t count = 0;  // 0: the stem is the whole name
    uint32_t first = 0;  // number of the first register or predicate
    int bits = 0;        // 1: predicates
  };
  struct Register {
    uint32_t number = 0;
    int bits = 0;  // 0: there is none
  };
  // A name for memory: its space, and its address there or its number among the variables.
  struct Place {
    Space space = GENERIC;
    uint64_t address = 0;
    bool dynamic = false;
  };
  struct Declared {
    std::string name;
    size_t bytes = 0, alignment = 0;
    std::string_view initial;
  };

  void statement(const Statement& s);
  void header(const Statement& s);
  void entry(const Statement& s);
  void parameters(std::string_view list);
  void directives(std::string_view text);
  void sourceFile(const Statement& s);
  Declared declared(std::string_view text) const;
  void variable(std::string_view text);
  void shared(std::string_view text);
  void local(std::string_view text);
  void registers(std::string_view text);
  void close();
  std::vector<uint8_t> initialBytes(const Declared& d, int elementBytes) const;

  // operands.cpp
  void instruction(std::string_view text);
  std::string_view guard(Instruction& i, std::string_view text);
  void computed(Instruction& i, const std::string& mnemonic, const std::vector<std::string_view>& operands);
  bool control(Instruction& i, const std::string& mnemonic, const std::vector<std::string_view>& operands);
  bool warpOperation(Instruction& i, const std::string& mnemonic, const std::vector<std::string_view>& operands);
  bool memory(Instruction& i, const std::string& mnemonic, const std::vector<std::string_view>& operands);
  void loadOrStore(Instruction& i, bool load, std::vector<std::string_view> parts, const std::vector<std::string_view>& operands);
  void atomic(Instruction& i, const std::vector<std::string_view>& parts, const std::vector<std::string_view>& operands);
  bool pair(Instruction& i, const std::string& mnemonic, const std::vector<std::string_view>& operands);
  void address(Instruction& i, std::string_view text);
  uint32_t source(std::string_view text, int bits);
  uint32_t wideOrNot(std::string_view text, int bits, bool* wide);
  uint32_t target(std::string_view text, int bits);
  uint32_t predicateSource(std::string_view text);
  uint32_t predicateTarget(std::string_view text);
  uint32_t special(std::string_view name);
  uint32_t constant(Constant c);
  Register find(std::string_view name) const;
  Register expected(std::string_view name) const;
  uint32_t addressOf(const Place& place, bool wide);
  void expect(const std::vector<std::string_view>& operands, size_t count) const;
  [[noreturn]] void fail(const std::string& what) const { refuse(line_, what); }

  Statements statements_;
  std::shared_ptr<Program> program_;
  Kernel* kernel_ = nullptr;
  Origin origin_;
  uint32_t line_ = 0, file_ = 0, sourceLine_ = 0, usedBytes_ = 0xffff;
  int depth_ = 0;
  uint32_t registerCount_ = 0, moduleSharedBytes_ = 0;
  std::vector<std::string> files_;
  std::vector<std::vector<Family>> scopes_;
  std::unordered_map<std::string, Place> modulePlaces_, places_;
  std::unordered_map<std::string, uint32_t> labels_;
  std::vector<std::pair<size_t, std::string>> branches_;
  std::map<std::tuple<int, int, bool, uint64_t>, uint32_t> constants_;
  std::vector<std::pair<size_t, uint64_t>> dynamicConstants_;  // addresses within dynamic shared memory
};

inline size_t alignedTo(size_t at, size_t to) { return (at + to - 1) / to * to; }

// Bits of ".u32", "f64", ".pred" (1); 0 for what is no type.
int typeBits(std::string_view type);

}  // namespace ptx
