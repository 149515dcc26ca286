// Work in streams: when it is carried out depends on the mode (see state.h).
#pragma once
#include <chrono>
#include <deque>
#include <functional>

#include "state.h"

struct CUstream_st;
struct CUevent_st;
typedef CUstream_st* CUstream;
typedef CUevent_st* CUevent;

namespace emulator {

typedef std::function<CUresult()> Work;

struct Task {
  Work work;
  CUevent waitsFor;  // null: nothing but the stream's own order
  uint64_t version;
};

// Gives work to a stream; null is the default stream, which waits for all others and they for it.
CUresult enqueue(CUstream stream, Work work);

// Carries out or waits for everything given to the context's streams; returns its sticky error.
CUresult finishAll(CUcontext context);
CUresult finish(CUstream stream);

// The same for all streams but the default one, and for the default one alone.
CUresult finishStreams(CUcontext context);
void finishDefault(CUcontext context);

void dropWork(CUcontext context);

CUresult checkStream(CUstream stream, const char* what);

// Whether a query is to say that work is left, though none is or it could be finished.
bool pretendsUnready();

// Makes the error stick to the context and returns it.
CUresult stick(CUcontext context, CUresult code, const std::string& message);

}  // namespace emulator

struct CUstream_st {
  CUcontext context;
  bool nonBlocking;  // does not order itself with the default stream
  std::deque<emulator::Task> tasks;
};

struct CUevent_st {
  CUcontext context;
  bool onDefault;  // last recorded in the default stream
  uint64_t recorded, completed;
  std::chrono::steady_clock::time_point time;
};
