// How a test changes the emulator while it runs: one native method of the Java class
// toymodels.backend.cuda.DriverEmulator, which the JVM binds by name once this library is loaded
// with System.load. Only primitive types cross, so no JNI header is needed.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstring>
#include <utility>

#include "../interpreter/launch.h"
#include "memory.h"
#include "programs.h"
#include "state.h"

uint64_t emulator_launches();

// Batches of matrix products that the cuBLAS double carried out.
static std::atomic<uint64_t> products{0};
void emulator_product_done() { products++; }

using namespace emulator;

// Text crosses eight bytes at a time: what a test says, and what it hears.
static std::string said, heard;

static void say(int64_t eight) {
  char bytes[sizeof eight];
  memcpy(bytes, &eight, sizeof eight);
  for (char c : bytes) {
    if (c) said += c;
  }
}

static int64_t hear(int64_t offset) {
  int64_t eight = 0;
  auto at = static_cast<size_t>(offset);
  if (at < heard.size()) memcpy(&eight, heard.data() + at, std::min(sizeof eight, heard.size() - at));
  return eight;
}

// The order of the constants of DriverEmulator.Knob.
enum Knob {
  RESET,
  DEVICES,
  MEMORY_BYTES,
  DRIVER_VERSION,
  COMPUTE_CAPABILITY,
  MODE,
  SCHEDULE,
  FAIL_ALLOCATION,
  FAIL_ON,
  REJECT_MODULES,
  IGNORE_LAUNCHES,
  UNREADY_QUERIES,
  CANCEL_KERNELS,
  ALIVE,
  ALIVE_BYTES,
  ALLOCATIONS_ASKED,
  LAUNCHES,
  PRINT_ALIVE,
  FOREIGN_GL,
  PRODUCTS,
  PENDING_DEFAULT,
  CHECK,
  SAY,
  REPLACE_LINE,
  COUNT_INSTRUCTIONS,
  HEAR
};

extern "C" __attribute__((visibility("default"))) int64_t Java_toymodels_backend_cuda_DriverEmulator_control(
    void* /* JNIEnv */, void* /* jclass */, int32_t knob, int64_t value) {
  switch (knob) {
    case RESET:
      resetSettings();
      return 0;
    case DEVICES:
      settings.devices = static_cast<int>(value);
      return 0;
    case MEMORY_BYTES:
      settings.memoryBytes = static_cast<uint64_t>(value);
      return 0;
    case DRIVER_VERSION:
      settings.driverVersion = static_cast<int>(value);
      return 0;
    case COMPUTE_CAPABILITY:
      settings.computeCapability = static_cast<int>(value);
      return 0;
    case MODE:
      settings.mode = static_cast<Mode>(value);
      return 0;
    case SCHEDULE:
      settings.schedule = static_cast<uint64_t>(value);
      return 0;
    case FAIL_ALLOCATION:
      settings.failAllocation = static_cast<uint64_t>(value);
      return 0;
    case FAIL_ON:
      settings.failOn = value != 0;
      return 0;
    case REJECT_MODULES:
      settings.rejectModules = static_cast<uint64_t>(value);
      return 0;
    case IGNORE_LAUNCHES:
      settings.ignoreLaunches = value != 0;
      return 0;
    case UNREADY_QUERIES:
      settings.unreadyQueries = static_cast<uint64_t>(value);
      return 0;
    case CANCEL_KERNELS:
      ptx::cancel();
      return 0;
    case ALIVE:
      return static_cast<int64_t>(aliveCount());
    case ALIVE_BYTES:
      return static_cast<int64_t>(liveBytes());
    case ALLOCATIONS_ASKED:
      return static_cast<int64_t>(allocationsAsked());
    case LAUNCHES:
      return static_cast<int64_t>(emulator_launches());
    case PRINT_ALIVE:
      fputs(aliveReport().c_str(), stderr);
      return 0;
    case FOREIGN_GL:
      settings.foreignGl = value != 0;
      return 0;
    case PRODUCTS:
      return static_cast<int64_t>(products);
    case PENDING_DEFAULT:
      settings.pendingDefault = value != 0;
      return 0;
    case CHECK:
      settings.check = value != 0;
      return 0;
    case SAY:
      say(value);
      return 0;
    case REPLACE_LINE:
      replaceLine(static_cast<uint32_t>(value), std::exchange(said, ""));
      return 0;
    case COUNT_INSTRUCTIONS:
      // 0 begins anew; 1 makes what HEAR reads, and gives its length.
      if (value == 0) {
        clearCounts();
        return 0;
      }
      heard = instructionCounts();
      return static_cast<int64_t>(heard.size());
    case HEAR:
      return hear(value);
    default:
      return -1;
  }
}
