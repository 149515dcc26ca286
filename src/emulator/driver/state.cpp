#include "state.h"

#include <cstdio>
#include <cstdlib>

#include "memory.h"

namespace emulator {

std::recursive_mutex stateMutex;
bool initialised = false;

static uint64_t fromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = getenv(name);
  return text && *text ? strtoull(text, nullptr, 10) : otherwise;
}

static Settings initialSettings() {
  Settings s;
  s.devices = static_cast<int>(fromEnvironment("CUDA_EMULATOR_DEVICES", 1));
  s.memoryBytes = fromEnvironment("CUDA_EMULATOR_MEMORY", s.memoryBytes);
  s.driverVersion = static_cast<int>(fromEnvironment("CUDA_EMULATOR_DRIVER", 13000));
  s.mode = static_cast<Mode>(fromEnvironment("CUDA_EMULATOR_MODE", IMMEDIATE));
  s.pendingDefault = fromEnvironment("CUDA_EMULATOR_PENDING", 1) != 0;
  s.schedule = fromEnvironment("CUDA_EMULATOR_SCHEDULE", 0);
  s.check = fromEnvironment("CUDA_EMULATOR_CHECK", 0) != 0;
  return s;
}

Settings settings = initialSettings();

struct Life {
  std::string kind, what;
  uint64_t number;
};

// Intentionally never destroyed: calls may come from threads that outlive static destruction.
static std::map<const void*, Life>& lives() {
  static auto* table = new std::map<const void*, Life>();
  return *table;
}

static uint64_t asked = 0, lifeNumber = 0;

void resetSettings() {
  Locked lock(stateMutex);
  settings = initialSettings();
  asked = 0;
}

bool allocationFails() {
  Locked lock(stateMutex);
  asked++;
  if (settings.failAllocation == 0) return false;
  if (settings.failAllocation > 1) {
    settings.failAllocation--;
    return false;
  }
  if (!settings.failOn) settings.failAllocation = 0;
  return true;
}

uint64_t allocationsAsked() { return asked; }

void born(const void* handle, const char* kind, const std::string& what) {
  Locked lock(stateMutex);
  lives()[handle] = {kind, what, ++lifeNumber};
}

bool dies(const void* handle) {
  Locked lock(stateMutex);
  return lives().erase(handle) == 1;
}

bool isAlive(const void* handle, const char* kind) {
  Locked lock(stateMutex);
  auto found = lives().find(handle);
  return found != lives().end() && found->second.kind == kind;
}

size_t aliveCount() {
  Locked lock(stateMutex);
  return lives().size();
}

std::string aliveReport() {
  Locked lock(stateMutex);
  std::string text;
  for (const auto& [handle, life] : lives()) {
    text += "[emulator] alive: " + life.kind + " #" + std::to_string(life.number) + ", " + life.what + "\n";
  }
  return text;
}

// Says at the end of the process what was never given back; CUDA_EMULATOR_LEAKS=1 asks for it.
static struct ReportAtExit {
  ~ReportAtExit() {
    if (fromEnvironment("CUDA_EMULATOR_LEAKS", 0)) fputs(aliveReport().c_str(), stderr);
  }
} reportAtExit;

}  // namespace emulator
