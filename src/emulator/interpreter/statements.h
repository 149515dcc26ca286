// The statements of a PTX text, each with the line it begins on.
#pragma once
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace ptx {

struct Statement {
  std::string_view text;  // without the semicolon or brace that ends it; empty at the end of the PTX
  uint32_t line = 0;
  char end = 0;           // ; { } : or \n
};

class Statements {
 public:
  explicit Statements(std::string_view text) : text_(text) {}
  Statement next();

 private:
  void skipBlanks();
  size_t endOfLine() const;
  Statement upTo(size_t end, char mark, size_t after);
  void skipSection();

  std::string_view text_;
  size_t at_ = 0;
  uint32_t line_ = 1;
};

[[noreturn]] void refuse(uint32_t line, const std::string& what);

std::string_view trimmed(std::string_view text);
bool startsWith(std::string_view text, std::string_view with);

// Whether the text begins with this word.
bool isWord(std::string_view text, std::string_view word);

// The parts between commas that no bracket or brace encloses.
std::vector<std::string_view> listed(std::string_view text);

// Words between blanks.
std::vector<std::string_view> words(std::string_view text);

uint64_t unsignedNumber(std::string_view text, uint32_t line);

}  // namespace ptx
