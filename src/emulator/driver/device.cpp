// The emulated devices: a Hopper by its attributes, however many the settings ask for.
#include <cstdio>

#include "memory.h"
#include "state.h"

using namespace emulator;

static CUresult checkDevice(CUdevice device, const char* what) {
  if (!initialised) return fail(CUDA_ERROR_NOT_INITIALIZED, std::string(what) + " before cuInit");
  if (device >= 0 && device < settings.devices) return CUDA_SUCCESS;
  return fail(CUDA_ERROR_INVALID_DEVICE, std::string(what) + ": there is no device " + std::to_string(device));
}

CUDA_API cuDriverGetVersion(int* version) {
  *version = settings.driverVersion;
  return CUDA_SUCCESS;
}

CUDA_API cuDeviceGetCount(int* count) {
  if (!initialised) return fail(CUDA_ERROR_NOT_INITIALIZED, "cuDeviceGetCount before cuInit");
  *count = settings.devices;
  return CUDA_SUCCESS;
}

CUDA_API cuDeviceGet(CUdevice* device, int ordinal) {
  if (CUresult error = checkDevice(ordinal, "cuDeviceGet")) return error;
  *device = ordinal;
  return CUDA_SUCCESS;
}

CUDA_API cuDeviceGetName(char* name, int length, CUdevice device) {
  if (CUresult error = checkDevice(device, "cuDeviceGetName")) return error;
  snprintf(name, length, "CUDA emulator %d (no GPU)", device);
  return CUDA_SUCCESS;
}

CUDA_API cuDeviceTotalMem_v2(size_t* bytes, CUdevice device) {
  if (CUresult error = checkDevice(device, "cuDeviceTotalMem")) return error;
  *bytes = settings.memoryBytes;
  return CUDA_SUCCESS;
}

CUDA_API cuMemGetInfo_v2(size_t* free, size_t* total) {
  NEED_CONTEXT;
  *total = settings.memoryBytes;
  *free = settings.memoryBytes - usedBytes(currentContext()->device);
  return CUDA_SUCCESS;
}

CUDA_API cuDeviceComputeCapability(int* major, int* minor, CUdevice device) {
  if (CUresult error = checkDevice(device, "cuDeviceComputeCapability")) return error;
  *major = settings.computeCapability / 10;
  *minor = settings.computeCapability % 10;
  return CUDA_SUCCESS;
}

CUDA_API cuDeviceGetUuid(unsigned char* uuid, CUdevice device) {
  if (CUresult error = checkDevice(device, "cuDeviceGetUuid")) return error;
  for (int i = 0; i < 16; i++) uuid[i] = static_cast<unsigned char>(i == 15 ? device : 0xE0);
  return CUDA_SUCCESS;
}

CUDA_API cuDeviceGetPCIBusId(char* id, int length, CUdevice device) {
  if (CUresult error = checkDevice(device, "cuDeviceGetPCIBusId")) return error;
  snprintf(id, length, "0000:%02X:00.0", device);
  return CUDA_SUCCESS;
}

CUDA_API cuDeviceGetAttribute(int* value, int attribute, CUdevice device) {
  if (CUresult error = checkDevice(device, "cuDeviceGetAttribute")) return error;
  switch (attribute) {
    case 1:   // MAX_THREADS_PER_BLOCK
    case 2:   // MAX_BLOCK_DIM_X
    case 3:   // MAX_BLOCK_DIM_Y
      *value = 1024;
      break;
    case 4:  // MAX_BLOCK_DIM_Z
      *value = 64;
      break;
    case 5:  // MAX_GRID_DIM_X
      *value = 2147483647;
      break;
    case 6:  // MAX_GRID_DIM_Y
    case 7:  // MAX_GRID_DIM_Z
      *value = 65535;
      break;
    case 8:  // MAX_SHARED_MEMORY_PER_BLOCK
      *value = 49152;
      break;
    case 9:  // TOTAL_CONSTANT_MEMORY
    case 12:  // MAX_REGISTERS_PER_BLOCK
    case 82:  // MAX_REGISTERS_PER_MULTIPROCESSOR
      *value = 65536;
      break;
    case 10:  // WARP_SIZE
      *value = 32;
      break;
    case 13:  // CLOCK_RATE, kHz
      *value = 1000000;
      break;
    case 16:  // MULTIPROCESSOR_COUNT: small, so that tests meet more blocks than fit at once
      *value = 2;
      break;
    case 38:  // L2_CACHE_SIZE
      *value = 1 << 20;
      break;
    case 39:  // MAX_THREADS_PER_MULTIPROCESSOR
      *value = 2048;
      break;
    case 75:  // COMPUTE_CAPABILITY_MAJOR
      *value = settings.computeCapability / 10;
      break;
    case 76:  // COMPUTE_CAPABILITY_MINOR
      *value = settings.computeCapability % 10;
      break;
    case 81:  // MAX_SHARED_MEMORY_PER_MULTIPROCESSOR
      *value = 233472;
      break;
    case 97:  // MAX_SHARED_MEMORY_PER_BLOCK_OPTIN
      *value = 232448;
      break;
    default:
      *value = 0;
  }
  return CUDA_SUCCESS;
}
