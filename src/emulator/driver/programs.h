// PTX that was loaded: decoded once, however often, and what its instructions were used for.
#pragma once
#include <memory>
#include <string>

#include "../interpreter/program.h"

namespace emulator {

// Throws std::runtime_error saying what is wrong with the text.
std::shared_ptr<ptx::Program> program(const std::string& text);

// In each text from now on, the line of this number is this; number 0: no line is replaced.
void replaceLine(uint32_t number, const std::string& line);

// One line for each instruction of what was loaded: kernel, kind, mnemonic, line of the PTX, source and
// its line, times issued to a warp, lanes that took part; between tabs.
std::string instructionCounts();
void clearCounts();

}  // namespace emulator
