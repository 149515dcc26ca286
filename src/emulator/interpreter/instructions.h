// The instructions that the interpreter knows: another is refused when a module is loaded.
#pragma once
#include <string>
#include <unordered_map>

#include "lanes.h"

namespace ptx {

typedef std::unordered_map<std::string, Definition> Definitions;

void defineFloats(Definitions& all);
void defineIntegers(Definitions& all);
void defineComparisons(Definitions& all);
void defineMoves(Definitions& all);

// By mnemonic, without what only loads, stores, branches, barriers and warps' operations are.
const Definitions& definitions();

// Modes of the instructions that the interpreter carries out itself.
enum Shuffle : uint8_t { BUTTERFLY, INDEX, UP, DOWN };
enum Vote : uint8_t { VOTE_ALL, VOTE_ANY, VOTE_UNIFORM, VOTE_BALLOT };
enum Atomic : uint8_t { ATOMIC_ADD, ATOMIC_MIN, ATOMIC_MAX, ATOMIC_AND, ATOMIC_OR, ATOMIC_XOR, ATOMIC_EXCHANGE, ATOMIC_COMPARE };

}  // namespace ptx
