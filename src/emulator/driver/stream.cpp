#include "stream.h"

#include <chrono>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <thread>
#include <vector>

using namespace emulator;

struct Task {
  Work work;
  CUevent waitsFor;  // null: nothing but the stream's own order
  uint64_t version;
};

struct CUstream_st {
  CUcontext context;
  bool nonBlocking;  // does not order itself with the default stream
  std::deque<Task> tasks;
};

struct CUevent_st {
  CUcontext context;
  uint64_t recorded, completed;
  std::chrono::steady_clock::time_point time;
};

namespace emulator {

static std::vector<CUstream>& streams() {
  static auto* all = new std::vector<CUstream>();
  return *all;
}

// One first-in-first-out queue for BACKGROUND: a legal order, and the caller sees real waiting.
struct Background {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::pair<CUcontext, Work>> queue;
  bool working = false;
  bool started = false;

  void push(CUcontext context, Work work) {
    std::lock_guard<std::mutex> lock(mutex);
    if (!started) std::thread([this] { serve(); }).detach();
    started = true;
    queue.emplace_back(context, std::move(work));
    changed.notify_all();
  }
  bool idle() {
    std::lock_guard<std::mutex> lock(mutex);
    return queue.empty() && !working;
  }
  void wait() {
    std::unique_lock<std::mutex> lock(mutex);
    changed.wait(lock, [this] { return queue.empty() && !working; });
  }
  void drop(CUcontext context) {
    std::unique_lock<std::mutex> lock(mutex);
    for (auto& [owner, work] : queue) {
      if (owner == context) work = [] { return CUDA_SUCCESS; };
    }
    changed.wait(lock, [this] { return queue.empty() && !working; });
  }

 private:
  void serve() {
    for (;;) {
      std::pair<CUcontext, Work> next;
      {
        std::unique_lock<std::mutex> lock(mutex);
        changed.wait(lock, [this] { return !queue.empty(); });
        next = std::move(queue.front());
        queue.pop_front();
        working = true;
      }
      if (!next.first->sticky) next.second();
      std::lock_guard<std::mutex> lock(mutex);
      working = false;
      changed.notify_all();
    }
  }
};

static Background& background() {
  static auto* instance = new Background();
  return *instance;
}

CUresult stick(CUcontext context, CUresult code, const std::string& message) {
  Locked lock(stateMutex);
  context->sticky = code;
  context->stickyMessage = message;
  return fail(code, message);
}

static bool ready(CUstream stream) {
  if (stream->tasks.empty()) return false;
  const Task& head = stream->tasks.front();
  return !head.waitsFor || head.waitsFor->completed >= head.version;
}

static uint64_t randomState = 1;

// Carries out the head of a stream picked at random among those that can go on.
static bool advanceOne(CUcontext context) {
  std::vector<CUstream> candidates;
  for (CUstream s : streams()) {
    if (s->context == context && ready(s)) candidates.push_back(s);
  }
  if (candidates.empty()) return false;
  randomState = (randomState ^ settings.schedule) * 6364136223846793005ull + 1442695040888963407ull;
  CUstream chosen = candidates[(randomState >> 33) % candidates.size()];
  Work work = std::move(chosen->tasks.front().work);
  chosen->tasks.pop_front();
  if (!context->sticky) work();
  return true;
}

static CUresult outcome(CUcontext context) {
  return context->sticky ? fail(context->sticky, context->stickyMessage) : CUDA_SUCCESS;
}

CUresult finishAll(CUcontext context) {
  background().wait();
  Locked lock(stateMutex);
  while (advanceOne(context)) {
  }
  return outcome(context);
}

// What the default stream waits for: the streams that did not ask to be left alone.
static CUresult finishBlocking(CUcontext context) {
  Locked lock(stateMutex);
  for (CUstream s : streams()) {
    while (s->context == context && !s->nonBlocking && !s->tasks.empty() && advanceOne(context)) {
    }
  }
  return outcome(context);
}

CUresult finish(CUstream stream) {
  background().wait();
  if (!stream) return finishBlocking(currentContext());
  Locked lock(stateMutex);
  while (!stream->tasks.empty() && advanceOne(stream->context)) {
  }
  return outcome(stream->context);
}

CUresult enqueue(CUstream stream, Work work) {
  CUcontext context = stream ? stream->context : currentContext();
  switch (settings.mode) {
    case BACKGROUND:
      background().push(context, std::move(work));
      return CUDA_SUCCESS;
    case DEFERRED:
      if (stream) {
        Locked lock(stateMutex);
        stream->tasks.push_back({std::move(work), nullptr, 0});
        return CUDA_SUCCESS;
      }
      if (CUresult error = finishBlocking(context)) return error;
      return work();
    case IMMEDIATE:
    default:
      return work();
  }
}

void dropWork(CUcontext context) {
  background().drop(context);
  Locked lock(stateMutex);
  for (CUstream s : streams()) {
    if (s->context == context) s->tasks.clear();
  }
}

static CUresult checkStream(CUstream stream, const char* what) {
  if (!stream || isAlive(stream, "stream")) return CUDA_SUCCESS;
  return fail(CUDA_ERROR_INVALID_HANDLE, std::string(what) + ": not a stream, or destroyed");
}

static CUresult checkEvent(CUevent event, const char* what) {
  if (isAlive(event, "event")) return CUDA_SUCCESS;
  return fail(CUDA_ERROR_INVALID_HANDLE, std::string(what) + ": not an event, or destroyed");
}

static bool pretendsUnready() { return settings.unreadyQueries > 0 && settings.unreadyQueries-- > 0; }

}  // namespace emulator

CUDA_API cuStreamCreate(CUstream* stream, unsigned flags) {
  NEED_CONTEXT;
  Locked lock(stateMutex);
  if (allocationFails()) return fail(CUDA_ERROR_OUT_OF_MEMORY, "cuStreamCreate: made to fail");
  *stream = new CUstream_st{currentContext(), (flags & 1) != 0, {}};
  streams().push_back(*stream);
  born(*stream, "stream", "device " + std::to_string((*stream)->context->device));
  return CUDA_SUCCESS;
}

CUDA_API cuStreamCreateWithPriority(CUstream* stream, unsigned flags, int) { return cuStreamCreate(stream, flags); }

CUDA_API cuStreamDestroy_v2(CUstream stream) {
  if (CUresult error = checkStream(stream, "cuStreamDestroy")) return error;
  if (!stream) return fail(CUDA_ERROR_INVALID_HANDLE, "cuStreamDestroy of the default stream");
  if (!stream->context->sticky) finish(stream);
  Locked lock(stateMutex);
  for (auto s = streams().begin(); s != streams().end(); ++s) {
    if (*s == stream) {
      streams().erase(s);
      break;
    }
  }
  dies(stream);
  delete stream;
  return CUDA_SUCCESS;
}

CUDA_API cuStreamSynchronize(CUstream stream) {
  NEED_CONTEXT;
  if (CUresult error = checkStream(stream, "cuStreamSynchronize")) return error;
  return finish(stream);
}

CUDA_API cuStreamQuery(CUstream stream) {
  NEED_CONTEXT;
  if (CUresult error = checkStream(stream, "cuStreamQuery")) return error;
  if (pretendsUnready() || (settings.mode == BACKGROUND && !background().idle())) {
    return fail(CUDA_ERROR_NOT_READY, "cuStreamQuery: work is left");
  }
  return finish(stream);
}

CUDA_API cuStreamWaitEvent(CUstream stream, CUevent event, unsigned) {
  NEED_CONTEXT;
  if (CUresult error = checkStream(stream, "cuStreamWaitEvent")) return error;
  if (CUresult error = checkEvent(event, "cuStreamWaitEvent")) return error;
  Locked lock(stateMutex);
  if (settings.mode == DEFERRED && stream) {
    stream->tasks.push_back({[] { return CUDA_SUCCESS; }, event, event->recorded});
  }
  return CUDA_SUCCESS;
}

CUDA_API cuEventCreate(CUevent* event, unsigned) {
  NEED_CONTEXT;
  if (allocationFails()) return fail(CUDA_ERROR_OUT_OF_MEMORY, "cuEventCreate: made to fail");
  *event = new CUevent_st{currentContext(), 0, 0, {}};
  born(*event, "event", "device " + std::to_string((*event)->context->device));
  return CUDA_SUCCESS;
}

CUDA_API cuEventDestroy_v2(CUevent event) {
  if (CUresult error = checkEvent(event, "cuEventDestroy")) return error;
  if (event->completed < event->recorded && !event->context->sticky) finishAll(event->context);
  dies(event);
  delete event;
  return CUDA_SUCCESS;
}

CUDA_API cuEventRecord(CUevent event, CUstream stream) {
  NEED_CONTEXT;
  if (CUresult error = checkEvent(event, "cuEventRecord")) return error;
  uint64_t version = ++event->recorded;
  return enqueue(stream, [event, version] {
    event->completed = version;
    event->time = std::chrono::steady_clock::now();
    return CUDA_SUCCESS;
  });
}

CUDA_API cuEventQuery(CUevent event) {
  NEED_CONTEXT;
  if (CUresult error = checkEvent(event, "cuEventQuery")) return error;
  if (pretendsUnready() || (settings.mode == BACKGROUND && !background().idle())) {
    return fail(CUDA_ERROR_NOT_READY, "cuEventQuery: work is left");
  }
  return event->completed < event->recorded ? finishAll(event->context) : CUDA_SUCCESS;
}

CUDA_API cuEventSynchronize(CUevent event) {
  NEED_CONTEXT;
  if (CUresult error = checkEvent(event, "cuEventSynchronize")) return error;
  return event->completed < event->recorded ? finishAll(event->context) : CUDA_SUCCESS;
}

CUDA_API cuEventElapsedTime(float* milliseconds, CUevent start, CUevent end) {
  if (!start->completed || !end->completed) {
    return fail(CUDA_ERROR_INVALID_HANDLE, "cuEventElapsedTime of an event that was not recorded");
  }
  *milliseconds = std::chrono::duration<float, std::milli>(end->time - start->time).count();
  return CUDA_SUCCESS;
}
