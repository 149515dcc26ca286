// A PTX module as the interpreter runs it: of each kernel one flat array of instructions, registers
// resolved to places in a register file of 32 lanes.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ptx {

constexpr uint32_t WARP = 32;
constexpr uint32_t ALL_LANES = 0xffffffffu;

// What an instruction occupies; golden counts are by this.
enum Kind : uint8_t {
  FMA,
  FLOAT,     // + - * min max abs
  SPECIAL,   // division and square root: several instructions on a GPU
  DOUBLE,
  INTEGER,
  WIDE,      // 64-bit integers, mostly addresses
  DIVISION,  // of integers: tens of instructions on a GPU
  COMPARE,
  PREDICATE,
  SELECT,
  MOVE,
  CONVERT,
  SHUFFLE,
  BARRIER,
  CONTROL,
  PARAMETER,
  SHARED_MEMORY,
  GLOBAL_MEMORY,
  LOCAL_MEMORY,
  KINDS
};
extern const char* const KIND_NAMES[KINDS];

// What the interpreter's loop does with an instruction.
enum Action : uint8_t { COMPUTE, LOAD, STORE, ATOMIC, BRANCH, RETURN, BLOCK_BARRIER, WARP_BARRIER, SHUFFLE_LANES, VOTE, FENCE };

enum Space : uint8_t { GENERIC, PARAM, SHARED, GLOBAL, LOCAL, CONSTANT };

struct Instruction;

// Computes one instruction for the lanes of a mask.
typedef void Lanes(uint8_t* file, uint32_t* predicates, const Instruction& instruction, uint32_t mask);

constexpr uint32_t NONE = 0xffffffffu;

// What the loop reads. Operands are bytes into the register file, or predicates by number.
struct Instruction {
  Lanes* lanes = nullptr;
  Action action = COMPUTE;
  Kind kind = CONTROL;
  Space space = GENERIC;
  uint8_t bytes = 4;         // of an element in memory
  uint8_t elements = 1;      // of a vector load or store
  uint8_t mode = 0;          // which shuffle, vote, atomic operation
  bool isSigned = false;     // a narrow load is extended by its sign
  bool wide = false;         // the registers of a load or store have 64 bits
  bool wideAddress = false;
  bool guardNot = false;
  uint16_t used = 0xffff;    // bytes of a vector load that are used
  uint32_t guard = NONE;     // predicate
  uint32_t branch = 0;       // index of an instruction
  int64_t offset = 0;        // of an address
  uint32_t target = NONE;
  uint32_t target2 = NONE;   // the predicate of a shuffle, the upper half of an unpacked pair
  uint32_t sources[4] = {NONE, NONE, NONE, NONE};
  uint32_t data[4] = {NONE, NONE, NONE, NONE};  // the registers of a load or store
};

// What messages and checks want to know of an instruction.
struct Origin {
  std::string mnemonic;
  uint32_t line = 0, sourceLine = 0, file = 0;
  std::vector<uint32_t> reads, writes;  // registers, by number
  std::vector<uint32_t> predicateReads, predicateWrites;
};

// A read-only value that stands in the register file before the first instruction.
struct Constant {
  enum What : uint8_t { BITS, THREAD, BLOCK_SIZE, BLOCK, GRID_SIZE, LANE, WARP_INDEX, VARIABLE } what = BITS;
  uint8_t axis = 0;    // of a thread's or a block's index
  bool wide = false;
  uint64_t bits = 0;   // the value; of a variable its number in Program::variables
  uint32_t place = 0;
};

struct Parameter {
  uint32_t size, alignment, offset;
};

// A .const or .global variable of a module.
struct Variable {
  std::string name;
  size_t alignment = 1;
  std::vector<uint8_t> initial;
};

struct Kernel {
  std::string name;
  std::vector<Parameter> parameters;
  uint32_t parameterBytes = 0;
  uint32_t maxThreads = 0;  // .maxntid; 0: none stated
  uint32_t sharedBytes = 0, localBytes = 0;
  uint32_t line = 0;  // of its .entry
  std::vector<Instruction> code;
  std::vector<Origin> origins;  // of each instruction
  std::vector<Constant> constants;
  std::vector<std::string> files;
  std::vector<bool> wide;        // of each register as written: 64 bits
  std::vector<bool> isConstant;  // of each register: one of the constants
  uint32_t predicates = 2;       // predicate 0 is never true, predicate 1 always
  uint32_t fileBytes = 0;        // of a warp's register file
  std::vector<uint64_t> issued, lanes;  // by instruction: times issued to a warp, lanes that took part

  // "ld.global.f32 at planted_bugs.cu:27 (PTX line 61)".
  std::string where(size_t pc) const;
};

struct Program {
  int version = 0;  // 90 of ".version 9.0"
  std::string target;
  std::map<std::string, std::unique_ptr<Kernel>> kernels;
  std::vector<Variable> variables;
};

// Operands of a decoded kernel are REGISTER | number until places are given to them.
constexpr uint32_t REGISTER = 0x80000000u;

// Gives registers whose lives do not meet one place, so that the file of a warp fits a cache.
void placeRegisters(Kernel& kernel);

// Throws std::runtime_error naming the line and what the interpreter does not know.
std::shared_ptr<Program> decode(const std::string& text);

}  // namespace ptx
