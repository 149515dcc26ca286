// A CUDA thread as a fiber: its identity, its stack, and what it waits for.
#pragma once
#include <cstddef>

#include "../shim/simt.h"

namespace simt {

enum State { RUNNABLE, AT_BARRIER, AT_WARP, ENDED };

struct Fiber {
  SimtThread identity;
  void* stackPointer;
  char* stack;
  State state;
  bool started;
  // The wait: for messages, and for the warp operation that the last lane carries out.
  const char* what;
  const char* file;
  int line;
  unsigned mask;
  int operation;
  void* argument;
  // Sanitizers keep a context for each stack.
  void* tsanFiber;
  void* asanFakeStack;
};

extern const size_t STACK_BYTES;

// (count) fibers, each with a stack above a guard page.
Fiber* allocateFibers(int count);
void releaseFibers(Fiber* fibers, int count);

// Makes the fiber start in entry when it is first switched to.
void prepareStack(Fiber& fiber, void (*entry)());

}  // namespace simt

// Saves the callee-saved registers and the stack pointer, and goes on where another stack stopped.
// 25 ns a wait, against 300 of swapcontext, which makes a system call for the signal mask.
extern "C" void simt_switch(void** saveStackPointer, void* newStackPointer);
