// Events: moments in streams, and waiting for them.
#include "stream.h"

using namespace emulator;

static CUresult checkEvent(CUevent event, const char* what) {
  if (isAlive(event, "event")) return CUDA_SUCCESS;
  return fail(CUDA_ERROR_INVALID_HANDLE, std::string(what) + ": not an event, or destroyed");
}

CUDA_API cuStreamWaitEvent(CUstream stream, CUevent event, unsigned) {
  NEED_CONTEXT;
  if (CUresult error = checkStream(stream, "cuStreamWaitEvent")) return error;
  if (CUresult error = checkEvent(event, "cuStreamWaitEvent")) return error;
  Locked lock(stateMutex);
  if (event->onDefault) finishDefault(event->context);
  if (settings.mode == DEFERRED && stream) {
    stream->tasks.push_back({[] { return CUDA_SUCCESS; }, event, event->recorded});
  }
  return CUDA_SUCCESS;
}

CUDA_API cuEventCreate(CUevent* event, unsigned) {
  NEED_CONTEXT;
  if (allocationFails()) return fail(CUDA_ERROR_OUT_OF_MEMORY, "cuEventCreate: made to fail");
  *event = new CUevent_st{currentContext(), false, 0, 0, {}};
  born(*event, "event", "device " + std::to_string((*event)->context->device));
  return CUDA_SUCCESS;
}

// An event of one stream says nothing of what the default stream has left to do.
static CUresult reach(CUevent event) {
  if (event->completed >= event->recorded) return CUDA_SUCCESS;
  return event->onDefault ? finishAll(event->context) : finishStreams(event->context);
}

CUDA_API cuEventDestroy_v2(CUevent event) {
  if (CUresult error = checkEvent(event, "cuEventDestroy")) return error;
  if (!event->context->sticky) reach(event);
  dies(event);
  delete event;
  return CUDA_SUCCESS;
}

CUDA_API cuEventRecord(CUevent event, CUstream stream) {
  NEED_CONTEXT;
  if (CUresult error = checkEvent(event, "cuEventRecord")) return error;
  uint64_t version = ++event->recorded;
  event->onDefault = !stream;
  return enqueue(stream, [event, version] {
    event->completed = version;
    event->time = std::chrono::steady_clock::now();
    return CUDA_SUCCESS;
  });
}

CUDA_API cuEventQuery(CUevent event) {
  NEED_CONTEXT;
  if (CUresult error = checkEvent(event, "cuEventQuery")) return error;
  if (pretendsUnready()) {
    return fail(CUDA_ERROR_NOT_READY, "cuEventQuery: work is left");
  }
  return reach(event);
}

CUDA_API cuEventSynchronize(CUevent event) {
  NEED_CONTEXT;
  if (CUresult error = checkEvent(event, "cuEventSynchronize")) return error;
  return reach(event);
}

CUDA_API cuEventElapsedTime(float* milliseconds, CUevent start, CUevent end) {
  if (!start->completed || !end->completed) {
    return fail(CUDA_ERROR_INVALID_HANDLE, "cuEventElapsedTime of an event that was not recorded");
  }
  *milliseconds = std::chrono::duration<float, std::milli>(end->time - start->time).count();
  return CUDA_SUCCESS;
}
