// Error codes, their names, and the message of the last failure on each thread.
#include <cstdio>
#include <map>

#include "state.h"

namespace emulator {

static thread_local CUresult lastCode = CUDA_SUCCESS;
static thread_local std::string lastMessage;

CUresult fail(CUresult code, const std::string& message) {
  lastCode = code;
  lastMessage = message;
  if (code != CUDA_ERROR_NOT_READY) fprintf(stderr, "[emulator] %s\n", message.c_str());
  return code;
}

const std::string& failure() { return lastMessage; }

static const std::map<CUresult, const char*>& names() {
  static const std::map<CUresult, const char*> table = {
      {0, "CUDA_SUCCESS"},
      {1, "CUDA_ERROR_INVALID_VALUE"},
      {2, "CUDA_ERROR_OUT_OF_MEMORY"},
      {3, "CUDA_ERROR_NOT_INITIALIZED"},
      {101, "CUDA_ERROR_INVALID_DEVICE"},
      {201, "CUDA_ERROR_INVALID_CONTEXT"},
      {208, "CUDA_ERROR_ALREADY_MAPPED"},
      {209, "CUDA_ERROR_NO_BINARY_FOR_GPU"},
      {211, "CUDA_ERROR_NOT_MAPPED"},
      {218, "CUDA_ERROR_INVALID_PTX"},
      {219, "CUDA_ERROR_INVALID_GRAPHICS_CONTEXT"},
      {222, "CUDA_ERROR_UNSUPPORTED_PTX_VERSION"},
      {400, "CUDA_ERROR_INVALID_HANDLE"},
      {500, "CUDA_ERROR_NOT_FOUND"},
      {600, "CUDA_ERROR_NOT_READY"},
      {700, "CUDA_ERROR_ILLEGAL_ADDRESS"},
      {701, "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES"},
      {702, "CUDA_ERROR_LAUNCH_TIMEOUT"},
      {716, "CUDA_ERROR_MISALIGNED_ADDRESS"},
      {719, "CUDA_ERROR_LAUNCH_FAILED"},
      {801, "CUDA_ERROR_NOT_SUPPORTED"}};
  return table;
}

// What a stub of an API function that is not emulated returns; see stubs in build.sh.
extern "C" CUresult emulator_not_supported(const char* name) {
  return fail(CUDA_ERROR_NOT_SUPPORTED, std::string(name) + " is not emulated");
}

}  // namespace emulator

CUDA_API cuGetErrorName(CUresult code, const char** name) {
  auto found = emulator::names().find(code);
  *name = found == emulator::names().end() ? "CUDA_ERROR_UNKNOWN" : found->second;
  return found == emulator::names().end() ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
}

// A GPU's driver gives one fixed sentence a code; here it is the message of this thread's failure.
CUDA_API cuGetErrorString(CUresult code, const char** text) {
  if (code == emulator::lastCode && code != CUDA_SUCCESS) {
    *text = emulator::lastMessage.c_str();
    return CUDA_SUCCESS;
  }
  return cuGetErrorName(code, text);
}
