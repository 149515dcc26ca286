#include "fiber.h"

#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "sanitizers.h"

asm(R"(
.text
.globl simt_switch
.hidden simt_switch
.type simt_switch,@function
simt_switch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size simt_switch, .-simt_switch
)");

namespace simt {

#if defined(__SANITIZE_ADDRESS__)
const size_t STACK_BYTES = 256 * 1024;
#elif defined(SIMT_TSAN)
const size_t STACK_BYTES = 32 * 1024;
#else
const size_t STACK_BYTES = 64 * 1024;
#endif

static const size_t GUARD_BYTES = 4096;

Fiber* allocateFibers(int count) {
  // mmap, not malloc: ThreadSanitizer must see fresh memory for every block.
  auto* fibers = static_cast<Fiber*>(mmap(nullptr, count * sizeof(Fiber), PROT_READ | PROT_WRITE,
                                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  if (fibers == MAP_FAILED) abort();
  for (int i = 0; i < count; i++) {
    auto* guarded = static_cast<char*>(mmap(nullptr, GUARD_BYTES + STACK_BYTES,
                                            PROT_READ | PROT_WRITE,
                                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
    if (guarded == MAP_FAILED) abort();
    mprotect(guarded, GUARD_BYTES, PROT_NONE);
    fibers[i].stack = guarded + GUARD_BYTES;
  }
  return fibers;
}

void releaseFibers(Fiber* fibers, int count) {
  for (int i = 0; i < count; i++) {
#if defined(__SANITIZE_ADDRESS__)
    // Frames left for good are still marked, and the same addresses may be given out again.
    __asan_unpoison_memory_region(fibers[i].stack, STACK_BYTES);
#endif
    munmap(fibers[i].stack - GUARD_BYTES, GUARD_BYTES + STACK_BYTES);
  }
  if (fibers) munmap(fibers, count * sizeof(Fiber));
}

void prepareStack(Fiber& fiber, void (*entry)()) {
  uintptr_t top = reinterpret_cast<uintptr_t>(fiber.stack + STACK_BYTES) & ~uintptr_t(63);
  // Staggered, or the tops of all stacks would fall into the same sets of the cache.
  top -= fiber.identity.linear * 320 % 4096;
  auto** slot = reinterpret_cast<void**>(top);
  *--slot = nullptr;
  *--slot = reinterpret_cast<void*>(entry);
  for (int i = 0; i < 6; i++) *--slot = nullptr;
  fiber.stackPointer = slot;
}

}  // namespace simt
