#include "faults.h"

#include <pthread.h>
#include <signal.h>

#include <cstdio>
#include <cstring>
#include <mutex>
#include <vector>

#include "block.h"

namespace simt {

std::string (*describeAddress)(const void*) = nullptr;

static struct sigaction previousSegv, previousBus;

// Kernels run on threads of ours only, so a fault elsewhere is the JVM's own business (its
// implicit null checks fault on purpose) and goes to the handler that was there before.
static void onFault(int signal, siginfo_t* info, void* context) {
  Block* block = Block::current();
  if (block && block->inKernel()) {
    char text[64];
    snprintf(text, sizeof text, "illegal address %p", info->si_addr);
    block->fail(ILLEGAL_ADDRESS, text + (describeAddress ? describeAddress(info->si_addr) : ""));
  }
  const struct sigaction& previous = signal == SIGSEGV ? previousSegv : previousBus;
  if (previous.sa_flags & SA_SIGINFO) {
    previous.sa_sigaction(signal, info, context);
  } else if (previous.sa_handler == SIG_DFL) {
    ::signal(signal, SIG_DFL);
  } else if (previous.sa_handler != SIG_IGN) {
    previous.sa_handler(signal);
  }
}

static int cancelSignal() { return SIGRTMIN + 6; }

static void onCancel(int) {
  Block* block = Block::current();
  if (block && block->inKernel()) block->fail(LAUNCH_TIMEOUT, "stopped while it was running");
}

void catchFaults() {
  static std::once_flag once;
  std::call_once(once, [] {
    struct sigaction action {};
    action.sa_sigaction = onFault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    sigemptyset(&action.sa_mask);
    sigaction(SIGSEGV, &action, &previousSegv);
    sigaction(SIGBUS, &action, &previousBus);
    struct sigaction stop {};
    stop.sa_handler = onCancel;
    stop.sa_flags = SA_ONSTACK | SA_NODEFER;
    sigemptyset(&stop.sa_mask);
    sigaction(cancelSignal(), &stop, nullptr);
  });
}

// Handlers must not run on a fiber's small stack.
AlternateStack::AlternateStack() : memory_(65536) {
  stack_t stack{};
  stack.ss_sp = memory_.data();
  stack.ss_size = memory_.size();
  sigaltstack(&stack, nullptr);
}

AlternateStack::~AlternateStack() {
  stack_t stack{};
  stack.ss_flags = SS_DISABLE;
  sigaltstack(&stack, nullptr);
}

void interrupt(pthread_t thread) { pthread_kill(thread, cancelSignal()); }

}  // namespace simt
