// What the sanitizers must be told about fibers; nothing in a plain build.
#pragma once

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

#if defined(SIMT_TSAN)
// A barrier is the only edge of happens-before between threads of a block: switches carry none.
extern "C" {
void* __tsan_create_fiber(unsigned flags);
void __tsan_destroy_fiber(void* fiber);
void __tsan_switch_to_fiber(void* fiber, unsigned flags);
void* __tsan_get_current_fiber();
void __tsan_acquire(void* token);
void __tsan_release(void* token);
}
#define TSAN_RELEASE(token) __tsan_release(token)
#define TSAN_ACQUIRE(token) __tsan_acquire(token)
static const unsigned TSAN_NO_SYNC = 1;
#else
#define TSAN_RELEASE(token) ((void)(token))
#define TSAN_ACQUIRE(token) ((void)(token))
#endif
