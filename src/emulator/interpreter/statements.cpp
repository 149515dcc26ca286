#include "statements.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdlib>

namespace ptx {

namespace {

bool blank(char c) { return isspace(static_cast<unsigned char>(c)); }
bool inName(char c) { return isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$' || c == '%' || c == '.'; }

// Directives that a line's end ends.
bool endsWithLine(std::string_view word) {
  return word == ".version" || word == ".target" || word == ".address_size" || word == ".loc" || word == ".file";
}

}  // namespace

void refuse(uint32_t line, const std::string& what) { throw std::runtime_error("PTX line " + std::to_string(line) + ": " + what); }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

bool startsWith(std::string_view text, std::string_view with) { return text.substr(0, with.size()) == with; }

bool isWord(std::string_view text, std::string_view word) { return startsWith(text, word) && (text.size() == word.size() || blank(text[word.size()])); }

std::vector<std::string_view> listed(std::string_view text) {
  std::vector<std::string_view> parts;
  size_t from = 0;
  int depth = 0;
  for (size_t at = 0; at <= text.size(); at++) {
    char c = at < text.size() ? text[at] : ',';
    if (c == '{' || c == '[' || c == '(') depth++;
    if (c == '}' || c == ']' || c == ')') depth--;
    if (at < text.size() && (c != ',' || depth > 0)) continue;
    std::string_view part = trimmed(text.substr(from, at - from));
    if (!part.empty() || at < text.size()) parts.push_back(part);
    from = at + 1;
  }
  return parts;
}

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> found;
  for (size_t at = 0; at < text.size();) {
    size_t from = at;
    while (at < text.size() && !blank(text[at])) at++;
    if (at > from) found.push_back(text.substr(from, at - from));
    while (at < text.size() && blank(text[at])) at++;
  }
  return found;
}

uint64_t unsignedNumber(std::string_view text, uint32_t line) {
  std::string digits(trimmed(text));
  if (!digits.empty() && digits.back() == 'U') digits.pop_back();
  char* end = nullptr;
  errno = 0;
  bool negative = !digits.empty() && digits[0] == '-';
  uint64_t value = negative ? static_cast<uint64_t>(strtoll(digits.c_str(), &end, 0)) : strtoull(digits.c_str(), &end, 0);
  if (digits.empty() || *end || errno) refuse(line, "'" + digits + "' is no number");
  return value;
}

void Statements::skipBlanks() {
  while (at_ < text_.size()) {
    if (blank(text_[at_])) {
      if (text_[at_] == '\n') line_++;
      at_++;
    } else if (text_.compare(at_, 2, "//") == 0) {
      at_ = endOfLine();
    } else if (text_.compare(at_, 2, "/*") == 0) {
      size_t end = text_.find("*/", at_);
      end = end == std::string_view::npos ? text_.size() : end + 2;
      line_ += static_cast<uint32_t>(std::count(text_.begin() + static_cast<long>(at_), text_.begin() + static_cast<long>(end), '\n'));
      at_ = end;
    } else {
      return;
    }
  }
}

size_t Statements::endOfLine() const {
  size_t end = text_.find('\n', at_);
  return end == std::string_view::npos ? text_.size() : end;
}

Statement Statements::upTo(size_t end, char mark, size_t after) {
  Statement statement{trimmed(text_.substr(at_, end - at_)), line_, mark};
  line_ += static_cast<uint32_t>(std::count(text_.begin() + static_cast<long>(at_), text_.begin() + static_cast<long>(after), '\n'));
  at_ = after;
  return statement;
}

// Debug information: .section NAME { ... }
void Statements::skipSection() {
  size_t end = text_.find('}', at_);
  upTo(at_, ' ', end == std::string_view::npos ? text_.size() : end + 1);
}

Statement Statements::next() {
  skipBlanks();
  if (at_ >= text_.size()) return {"", line_, 0};
  char first = text_[at_];
  if (first == '{' || first == '}') return upTo(at_, first, at_ + 1);
  size_t wordEnd = at_;
  while (wordEnd < text_.size() && inName(text_[wordEnd])) wordEnd++;
  std::string_view word = text_.substr(at_, wordEnd - at_);
  if (wordEnd < text_.size() && text_[wordEnd] == ':') return upTo(wordEnd, ':', wordEnd + 1);
  if (endsWithLine(word)) {
    size_t end = endOfLine(), comment = text_.substr(at_, end - at_).find("//");
    return upTo(comment == std::string_view::npos ? end : at_ + comment, '\n', end);
  }
  if (word == ".section") {
    skipSection();
    return next();
  }
  size_t end = text_.find(';', at_);
  if (end == std::string_view::npos) refuse(line_, "a statement without its end");
  // The header of a kernel or function ends where its body begins.
  if (word == ".visible" || word == ".entry" || word == ".func" || word == ".weak") {
    size_t brace = text_.find('{', at_);
    if (brace < end && text_.substr(at_, brace - at_).find('=') == std::string_view::npos) return upTo(brace, '{', brace + 1);
  }
  return upTo(end, ';', end + 1);
}

}  // namespace ptx
