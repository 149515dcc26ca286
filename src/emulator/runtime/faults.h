// A wild access in a kernel becomes CUDA_ERROR_ILLEGAL_ADDRESS instead of the end of the process.
#pragma once
#include <pthread.h>

#include <vector>

namespace simt {

// Installs the handlers, once.
void catchFaults();

// Gives the calling OS thread a stack for its signal handlers.
class AlternateStack {
 public:
  AlternateStack();
  ~AlternateStack();

 private:
  std::vector<char> memory_;
};

// Ends the kernel that runs on this thread, if one does.
void interrupt(pthread_t thread);

}  // namespace simt
