// OpenGL interop: while CUDA owns a registered buffer it is mapped with glMapBuffer.
#include <dlfcn.h>

#include "memory.h"
#include "stream.h"

using namespace emulator;

struct CUgraphics_st {
  unsigned buffer;
  void* mapped;
  size_t bytes;
};
typedef CUgraphics_st* CUgraphicsResource;

namespace {

const unsigned GL_COPY_WRITE_BUFFER = 0x8F37, GL_BUFFER_SIZE = 0x8764, GL_READ_WRITE = 0x88BA;

typedef void (*Function)();

// Entry points of whichever GL is in the process: with GLVND, EGL and GLX give the same stubs.
Function entryPoint(const char* name) {
  typedef Function (*Lookup)(const char*);
  static const char* const SOURCES[][2] = {{"libEGL.so.1", "eglGetProcAddress"},
                                           {"libGL.so.1", "glXGetProcAddress"}};
  for (auto& source : SOURCES) {
    void* library = dlopen(source[0], RTLD_LAZY | RTLD_LOCAL);
    auto lookup = library ? reinterpret_cast<Lookup>(dlsym(library, source[1])) : nullptr;
    if (Function found = lookup ? lookup(name) : nullptr) return found;
  }
  return nullptr;
}

struct Gl {
  void (*bindBuffer)(unsigned, unsigned) = reinterpret_cast<void (*)(unsigned, unsigned)>(entryPoint("glBindBuffer"));
  void (*getInteger)(unsigned, int*) = reinterpret_cast<void (*)(unsigned, int*)>(entryPoint("glGetIntegerv"));
  void (*getBuffer)(unsigned, unsigned, int*) =
      reinterpret_cast<void (*)(unsigned, unsigned, int*)>(entryPoint("glGetBufferParameteriv"));
  void* (*mapBuffer)(unsigned, unsigned) = reinterpret_cast<void* (*)(unsigned, unsigned)>(entryPoint("glMapBuffer"));
  unsigned char (*unmapBuffer)(unsigned) = reinterpret_cast<unsigned char (*)(unsigned)>(entryPoint("glUnmapBuffer"));

  bool complete() const { return bindBuffer && getInteger && getBuffer && mapBuffer && unmapBuffer; }
};

const Gl& gl() {
  static const Gl functions;
  return functions;
}

// Leaves the caller's own binding as it was.
class Bound {
 public:
  explicit Bound(unsigned buffer) {
    gl().getInteger(GL_COPY_WRITE_BUFFER, &before_);
    gl().bindBuffer(GL_COPY_WRITE_BUFFER, buffer);
  }
  ~Bound() { gl().bindBuffer(GL_COPY_WRITE_BUFFER, static_cast<unsigned>(before_)); }

 private:
  int before_ = 0;
};

CUresult map(CUgraphicsResource resource) {
  Bound bound(resource->buffer);
  int bytes = 0;
  gl().getBuffer(GL_COPY_WRITE_BUFFER, GL_BUFFER_SIZE, &bytes);
  resource->bytes = static_cast<size_t>(bytes);
  resource->mapped = gl().mapBuffer(GL_COPY_WRITE_BUFFER, GL_READ_WRITE);
  if (!resource->mapped) {
    return fail(CUDA_ERROR_INVALID_GRAPHICS_CONTEXT,
                "cuGraphicsMapResources: glMapBuffer failed (is an OpenGL context current on this thread?)");
  }
  lend(resource->mapped, resource->bytes, currentContext());
  return CUDA_SUCCESS;
}

void unmap(CUgraphicsResource resource) {
  Bound bound(resource->buffer);
  takeBack(resource->mapped);
  gl().unmapBuffer(GL_COPY_WRITE_BUFFER);
  resource->mapped = nullptr;
}

CUresult checkResource(CUgraphicsResource resource, const char* what) {
  if (isAlive(resource, "graphics resource")) return CUDA_SUCCESS;
  return fail(CUDA_ERROR_INVALID_HANDLE, std::string(what) + ": not a registered resource");
}

}  // namespace

CUDA_API cuGLGetDevices_v2(unsigned* count, CUdevice* devices, unsigned room, int) {
  NEED_CONTEXT;
  *count = settings.foreignGl ? 0 : 1;
  if (settings.foreignGl) return fail(CUDA_ERROR_NO_DEVICE, "cuGLGetDevices: OpenGL draws with another device");
  if (room > 0) devices[0] = currentContext()->device;
  return CUDA_SUCCESS;
}

CUDA_API cuGraphicsGLRegisterBuffer(CUgraphicsResource* resource, unsigned buffer, unsigned) {
  NEED_CONTEXT;
  if (!gl().complete()) {
    return fail(CUDA_ERROR_INVALID_GRAPHICS_CONTEXT, "cuGraphicsGLRegisterBuffer: no OpenGL in this process");
  }
  if (buffer == 0) return fail(CUDA_ERROR_INVALID_VALUE, "cuGraphicsGLRegisterBuffer of buffer 0");
  if (allocationFails()) return fail(CUDA_ERROR_OUT_OF_MEMORY, "cuGraphicsGLRegisterBuffer: made to fail");
  *resource = new CUgraphics_st{buffer, nullptr, 0};
  born(*resource, "graphics resource", "buffer " + std::to_string(buffer));
  return CUDA_SUCCESS;
}

CUDA_API cuGraphicsResourceSetMapFlags_v2(CUgraphicsResource resource, unsigned) {
  return checkResource(resource, "cuGraphicsResourceSetMapFlags");
}

CUDA_API cuGraphicsMapResources(unsigned count, CUgraphicsResource* resources, CUstream) {
  NEED_CONTEXT;
  for (unsigned i = 0; i < count; i++) {
    if (CUresult error = checkResource(resources[i], "cuGraphicsMapResources")) return error;
    if (resources[i]->mapped) return fail(CUDA_ERROR_ALREADY_MAPPED, "cuGraphicsMapResources: already mapped");
    if (CUresult error = map(resources[i])) return error;
  }
  return CUDA_SUCCESS;
}

CUDA_API cuGraphicsResourceGetMappedPointer_v2(CUdeviceptr* address, size_t* bytes, CUgraphicsResource resource) {
  NEED_CONTEXT;
  if (CUresult error = checkResource(resource, "cuGraphicsResourceGetMappedPointer")) return error;
  if (!resource->mapped) return fail(CUDA_ERROR_NOT_MAPPED, "cuGraphicsResourceGetMappedPointer: not mapped");
  *address = reinterpret_cast<CUdeviceptr>(resource->mapped);
  if (bytes) *bytes = resource->bytes;
  return CUDA_SUCCESS;
}

CUDA_API cuGraphicsUnmapResources(unsigned count, CUgraphicsResource* resources, CUstream stream) {
  NEED_CONTEXT;
  // Work that writes the buffer must be done before OpenGL reads it.
  if (CUresult error = finish(stream)) return error;
  for (unsigned i = 0; i < count; i++) {
    if (CUresult error = checkResource(resources[i], "cuGraphicsUnmapResources")) return error;
    if (!resources[i]->mapped) return fail(CUDA_ERROR_NOT_MAPPED, "cuGraphicsUnmapResources: not mapped");
    unmap(resources[i]);
  }
  return CUDA_SUCCESS;
}

CUDA_API cuGraphicsUnregisterResource(CUgraphicsResource resource) {
  if (CUresult error = checkResource(resource, "cuGraphicsUnregisterResource")) return error;
  if (resource->mapped) unmap(resource);
  dies(resource);
  delete resource;
  return CUDA_SUCCESS;
}
