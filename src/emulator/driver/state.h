// The emulator's state: settings, devices, contexts, and everything that is alive.
#pragma once
#include <map>
#include <mutex>
#include <set>
#include <string>

#include "api.h"

struct CUctx_st {
  int device;
  bool primary;
  int retained;
  // An error that a kernel left behind: every later call in the context returns it, as on a GPU.
  int sticky;
  std::string stickyMessage;
};
typedef CUctx_st* CUcontext;

namespace emulator {

// When work given to a stream is carried out.
enum Mode {
  IMMEDIATE = 0,   // inside the call
  DEFERRED = 1,    // at the next synchronisation, streams interleaved at random
  BACKGROUND = 2,  // by a thread of the driver, while the caller goes on
};

// What tests may change; the environment gives the values at the start (see README.md).
struct Settings {
  int devices = 1;
  uint64_t memoryBytes = 8ull << 30;  // of each device
  int driverVersion = 13000;
  int computeCapability = 90;
  Mode mode = IMMEDIATE;
  uint64_t schedule = 0;        // seed of random lane, block and stream orders; 0: in order
  bool check = false;           // races and what was never written are errors
  uint64_t failAllocation = 0;  // the n-th allocation from now on fails; 0: none
  bool failOn = false;          // and all after it
  bool ignoreLaunches = false;  // a launch is taken and not carried out, to time the caller
  uint64_t rejectModules = 0;   // so many modules are refused as too new for the driver
  bool foreignGl = false;       // OpenGL draws with no device of ours
  bool pendingDefault = true;   // work of the default stream is undone until something must wait for it
  uint64_t unreadyQueries = 0;  // so many queries of a stream or event say "not ready"
};

extern Settings settings;
extern std::recursive_mutex stateMutex;
extern bool initialised;

typedef std::lock_guard<std::recursive_mutex> Locked;

// Records why the calling thread's call fails, for cuGetErrorString and stderr; returns the code.
CUresult fail(CUresult code, const std::string& message);
const std::string& failure();

// CUDA_SUCCESS if this thread has a usable context; what is being called names the call.
CUresult needContext(const char* what);
CUcontext currentContext();

#define NEED_CONTEXT                                           \
  do {                                                         \
    if (CUresult missing = emulator::needContext(__func__)) return missing; \
  } while (0)

// True if this call, which makes something the caller must give back, is the one to fail.
bool allocationFails();
uint64_t allocationsAsked();

// Everything alive that a caller must give back, by handle: "stream", "event", "module", ...
void born(const void* handle, const char* kind, const std::string& what);
bool dies(const void* handle);
bool isAlive(const void* handle, const char* kind);
size_t aliveCount();
std::string aliveReport();

void resetSettings();

}  // namespace emulator
