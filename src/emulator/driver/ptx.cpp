#include "ptx.h"

#include <cctype>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

namespace emulator {

namespace {

// Words of PTX: names and directives, numbers, and single punctuation characters.
class Words {
 public:
  explicit Words(const std::string& text) : text_(text) { advance(); }

  bool ended() const { return word_.empty(); }
  const std::string& word() const { return word_; }
  std::string take() {
    std::string taken = word_;
    advance();
    return taken;
  }
  bool accept(const char* expected) {
    if (word_ != expected) return false;
    advance();
    return true;
  }
  void expect(const char* expected) {
    if (!accept(expected)) {
      throw std::runtime_error("PTX line " + std::to_string(line_) + ": '" + expected + "' expected before '" + word_ + "'");
    }
  }
  size_t number() { return strtoul(take().c_str(), nullptr, 0); }

 private:
  static bool belongs(char c) { return isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$' || c == '%'; }

  void skip() {
    while (at_ < text_.size()) {
      if (isspace(static_cast<unsigned char>(text_[at_]))) {
        if (text_[at_] == '\n') line_++;
        at_++;
      } else if (text_.compare(at_, 2, "//") == 0) {
        while (at_ < text_.size() && text_[at_] != '\n') at_++;
      } else if (text_.compare(at_, 2, "/*") == 0) {
        at_ = text_.find("*/", at_);
        at_ = at_ == std::string::npos ? text_.size() : at_ + 2;
      } else {
        return;
      }
    }
  }

  void advance() {
    skip();
    size_t from = at_;
    if (at_ < text_.size() && text_[at_] == '"') {
      at_ = text_.find('"', at_ + 1);
      at_ = at_ == std::string::npos ? text_.size() : at_ + 1;
    } else if (at_ < text_.size()) {
      at_++;
      if (text_[from] == '.' || belongs(text_[from])) {
        while (at_ < text_.size() && (belongs(text_[at_]))) at_++;
      }
    }
    word_ = text_.substr(from, at_ - from);
  }

  const std::string& text_;
  size_t at_ = 0;
  int line_ = 1;
  std::string word_;
};

// Bytes of ".u64", ".f32", ".b8", ...; 0 for a word that is no type.
unsigned typeBytes(const std::string& word) {
  if (word.size() < 3 || word[0] != '.' || !strchr("bufs", word[1])) return 0;
  unsigned bits = static_cast<unsigned>(atoi(word.c_str() + 2));
  return bits % 8 == 0 ? bits / 8 : 0;
}

struct Declaration {
  std::string name;
  size_t bytes = 0, alignment = 0;
};

// ".align 4 .b8 name[16]", ".u64 name", ".u64 .ptr .global .align 1 name": up to , ; = or ).
Declaration declaration(Words& words) {
  Declaration d;
  unsigned element = 0;
  bool ofPointee = false;
  size_t count = 1;
  while (!words.ended() && !strchr(",;=)", words.word()[0])) {
    if (words.accept(".align")) {
      size_t alignment = words.number();
      if (!ofPointee) d.alignment = alignment;
    } else if (words.accept(".ptr")) {
      ofPointee = true;
    } else if (words.accept("[")) {
      if (!words.accept("]")) {
        count *= words.number();
        words.expect("]");
      } else {
        count = 0;
      }
    } else {
      std::string word = words.take();
      if (unsigned bytes = typeBytes(word)) {
        element = bytes;
      } else if (word[0] != '.') {
        d.name = word;
      }
    }
  }
  d.bytes = element * count;
  if (d.alignment == 0) d.alignment = element;
  return d;
}

void skipToSemicolon(Words& words) {
  while (!words.ended() && words.word() != ";") words.take();
  words.accept(";");
}

void parseEntry(Words& words, PtxModule& module) {
  std::string name = words.take();
  PtxEntry& entry = module.entries[name];
  if (words.accept("(")) {
    while (!words.accept(")")) {
      if (words.ended()) throw std::runtime_error("PTX: the parameters of " + name + " do not end");
      words.accept(",");
      words.expect(".param");
      Declaration d = declaration(words);
      entry.parameters.push_back({static_cast<unsigned>(d.bytes), static_cast<unsigned>(d.alignment)});
    }
  }
  while (!words.ended() && words.word() != "{") {
    if (words.accept(".maxntid")) {
      entry.maxThreads = static_cast<unsigned>(words.number());
      while (words.accept(",")) entry.maxThreads *= static_cast<unsigned>(words.number());
    } else {
      words.take();
    }
  }
  int depth = 0;
  do {
    std::string word = words.take();
    if (word == "{") depth++;
    if (word == "}") depth--;
    if (word == ".shared" && words.word() == ".align") entry.sharedBytes += declaration(words).bytes;
  } while (depth > 0 && !words.ended());
}

}  // namespace

PtxModule parsePtx(const std::string& text) {
  PtxModule module;
  Words words(text);
  if (!words.accept(".version")) throw std::runtime_error("not PTX: it does not begin with .version");
  int major = static_cast<int>(words.number());
  std::string minor = words.take();  // ".0" of "9.0" reads as one word
  module.version = 10 * major + atoi(minor.c_str() + 1);
  if (!words.accept(".target")) throw std::runtime_error("PTX without .target");
  module.target = words.take();
  while (!words.ended()) {
    if (words.accept(".entry")) {
      parseEntry(words, module);
    } else if (words.accept(".const") || words.accept(".global")) {
      Declaration d = declaration(words);
      module.variables[d.name] = d.bytes;
      skipToSemicolon(words);
    } else {
      words.take();
    }
  }
  return module;
}

}  // namespace emulator
