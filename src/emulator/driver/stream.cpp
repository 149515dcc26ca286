#include "stream.h"

#include <condition_variable>
#include <deque>
#include <map>
#include <thread>
#include <vector>

using namespace emulator;

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

// The default stream's own work: it may stay undone until a call that the driver's manual says to
// wait for it. A stream that was opened NON_BLOCKING never does.
static std::deque<Work>& pendingOf(CUcontext context) {
  static auto* all = new std::map<CUcontext, std::deque<Work>>();
  return (*all)[context];
}

void finishDefault(CUcontext context) {
  std::deque<Work>& pending = pendingOf(context);
  while (!pending.empty()) {
    Work work = std::move(pending.front());
    pending.pop_front();
    if (!context->sticky) work();
  }
}

static CUresult outcome(CUcontext context) {
  return context->sticky ? fail(context->sticky, context->stickyMessage) : CUDA_SUCCESS;
}

CUresult finishStreams(CUcontext context) {
  background().wait();
  Locked lock(stateMutex);
  while (advanceOne(context)) {
  }
  return outcome(context);
}

CUresult finishAll(CUcontext context) {
  finishStreams(context);
  Locked lock(stateMutex);
  finishDefault(context);
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
  Locked lock(stateMutex);
  if (!stream) {
    finishDefault(currentContext());
    return finishBlocking(currentContext());
  }
  while (!stream->tasks.empty() && advanceOne(stream->context)) {
  }
  return outcome(stream->context);
}

CUresult enqueue(CUstream stream, Work work) {
  CUcontext context = stream ? stream->context : currentContext();
  if (!stream && settings.pendingDefault) {
    background().wait();
    CUresult error = finishBlocking(context);
    Locked lock(stateMutex);
    pendingOf(context).push_back(std::move(work));
    return error;
  }
  if (stream && !stream->nonBlocking) {
    Locked lock(stateMutex);
    finishDefault(context);
  }
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
  pendingOf(context).clear();
}

CUresult checkStream(CUstream stream, const char* what) {
  if (!stream || isAlive(stream, "stream")) return CUDA_SUCCESS;
  return fail(CUDA_ERROR_INVALID_HANDLE, std::string(what) + ": not a stream, or destroyed");
}

bool pretendsUnready() {
  if (settings.unreadyQueries > 0) {
    settings.unreadyQueries--;
    return true;
  }
  return settings.mode == BACKGROUND && !background().idle();
}

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
  if (pretendsUnready()) {
    return fail(CUDA_ERROR_NOT_READY, "cuStreamQuery: work is left");
  }
  return finish(stream);
}
