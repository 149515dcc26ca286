// Work in streams: when it is carried out depends on the mode (see state.h).
#pragma once
#include <functional>

#include "state.h"

struct CUstream_st;
struct CUevent_st;
typedef CUstream_st* CUstream;
typedef CUevent_st* CUevent;

namespace emulator {

typedef std::function<CUresult()> Work;

// Gives work to a stream; null is the default stream, which waits for all others and they for it.
CUresult enqueue(CUstream stream, Work work);

// Carries out or waits for everything given to the context's streams; returns its sticky error.
CUresult finishAll(CUcontext context);
CUresult finish(CUstream stream);

void dropWork(CUcontext context);

// Makes the error stick to the context and returns it.
CUresult stick(CUcontext context, CUresult code, const std::string& message);

}  // namespace emulator
