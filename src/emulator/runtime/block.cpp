#include "block.h"

#include <cstdio>
#include <cstring>
#include <utility>

#include "sanitizers.h"

extern "C" {
__thread SimtThread* simt_current __attribute__((tls_model("initial-exec")));
}

namespace simt {

static thread_local Block* currentBlock = nullptr;

// The end of a kernel happens before whatever the launching thread does next.
char launchToken;

Block* Block::current() { return currentBlock; }

Block::~Block() { releaseFibers(fibers_, capacity_); }

static std::string at(uint3 block) {
  char text[64];
  snprintf(text, sizeof text, "block (%u,%u,%u)", block.x, block.y, block.z);
  return text;
}

static std::string atThread(const SimtThread& t) {
  char text[64];
  snprintf(text, sizeof text, " thread (%u,%u,%u)", t.thread.x, t.thread.y, t.thread.z);
  return at(t.block) + text;
}

void Block::fail(int outcome, const std::string& message) {
  if (result_.outcome == COMPLETED) {
    result_ = {outcome, std::string("kernel ") + launch_.kernel->name + ", " +
                            atThread(*simt_current) + ": " + message};
  }
  siglongjmp(escape_, 1);
}

void Block::reset(uint3 index) {
  dim3 size = launch_.block;
  count_ = static_cast<int>(size.x * size.y * size.z);
  if (capacity_ < count_) {
    releaseFibers(fibers_, capacity_);
    fibers_ = allocateFibers(count_);
    capacity_ = count_;
  }
  warps_ = (count_ + 31) / 32;
  live_ = count_;
  arrived_ = 0;
  running_ = -1;
  for (int w = 0; w < warps_; w++) {
    int lanes = count_ - 32 * w;
    unsigned all = lanes >= 32 ? 0xffffffffu : (1u << lanes) - 1;
    warp_[w] = {all, 0, 0, all};
  }
  for (int i = 0; i < count_; i++) {
    Fiber& fiber = fibers_[i];
    unsigned u = static_cast<unsigned>(i);
    fiber.identity = {{u % size.x, u / size.x % size.y, u / (size.x * size.y)},
                      index, size, launch_.grid, i, i & 31, i >> 5};
    fiber.state = RUNNABLE;
    fiber.started = false;
#if defined(SIMT_TSAN)
    fiber.tsanFiber = __tsan_create_fiber(0);
#endif
#if defined(__SANITIZE_ADDRESS__)
    __asan_unpoison_memory_region(fiber.stack, STACK_BYTES);
    fiber.asanFakeStack = nullptr;
#endif
  }
#if defined(SIMT_TSAN)
  mainTsan_ = __tsan_get_current_fiber();
#endif
}

Result Block::run(const Launch& launch, uint3 index, uint64_t seed) {
  launch_ = launch;
  result_ = {COMPLETED, ""};
  scheduleRandomly_ = launch.schedule != 0;
  random_ = seed;
  currentBlock = this;
  if (prepareShared) prepareShared(launch.dynamicShared);
  reset(index);
  if (!sigsetjmp(escape_, 0)) {
    inKernel_ = true;
    switchTo(next(-1));
    inKernel_ = false;
    if (live_ > 0 && result_.outcome == COMPLETED) result_ = {LAUNCH_FAILED, deadlock(index)};
  } else {
    inKernel_ = false;
    running_ = -1;
    simt_current = nullptr;
#if defined(SIMT_TSAN)
    __tsan_switch_to_fiber(mainTsan_, TSAN_NO_SYNC);
#endif
  }
#if defined(SIMT_TSAN)
  for (int i = 0; i < count_; i++) __tsan_destroy_fiber(fibers_[i].tsanFiber);
#endif
  if (result_.outcome == COMPLETED && sharedOverrun && sharedOverrun(launch.dynamicShared)) {
    result_ = {ILLEGAL_ADDRESS, std::string("kernel ") + launch.kernel->name + ", " + at(index) +
                                    ": wrote past its " + std::to_string(launch.dynamicShared) +
                                    " bytes of dynamic shared memory"};
  }
  currentBlock = nullptr;
  return result_;
}

std::string Block::deadlock(uint3 index) const {
  std::string text = std::string("kernel ") + launch_.kernel->name + ", " + at(index) +
                     ": deadlock, " + std::to_string(live_) + " of " + std::to_string(count_) +
                     " threads never end";
  const Fiber* before = nullptr;
  for (int i = 0, shown = 0; i < count_ && shown < 4; i++) {
    const Fiber& f = fibers_[i];
    if (f.state == ENDED) continue;
    // Neighbours that wait at the same place are named once.
    if (before && before->line == f.line && before->state == f.state) continue;
    before = &f;
    const char* slash = strrchr(f.file, '/');
    text += "; thread " + std::to_string(i) + " waits at " + f.what + " " +
            (slash ? slash + 1 : f.file) + ":" + std::to_string(f.line);
    shown++;
  }
  return text;
}

int Block::nextRandom() {
  int total = 0;
  for (int w = 0; w < warps_; w++) total += __builtin_popcount(warp_[w].runnable);
  if (total == 0) return -1;
  random_ = random_ * 6364136223846793005ull + 1442695040888963407ull;
  int skip = static_cast<int>((random_ >> 33) % total);
  for (int w = 0; w < warps_; w++) {
    unsigned lanes = warp_[w].runnable;
    int here = __builtin_popcount(lanes);
    if (skip >= here) {
      skip -= here;
      continue;
    }
    while (skip-- > 0) lanes &= lanes - 1;
    return 32 * w + __builtin_ctz(lanes);
  }
  return -1;
}

// The next runnable thread after this one: later lanes of its warp, then earlier, then other warps.
int Block::next(int from) {
  if (scheduleRandomly_) return nextRandom();
  int warp = from < 0 ? 0 : from >> 5, lane = from < 0 ? -1 : from & 31;
  unsigned later = lane >= 31 ? 0u : warp_[warp].runnable & (0xffffffffu << (lane + 1));
  if (later) return 32 * warp + __builtin_ctz(later);
  for (int i = 0; i < warps_; i++) {
    int w = warp + i < warps_ ? warp + i : warp + i - warps_;
    if (warp_[w].runnable) return 32 * w + __builtin_ctz(warp_[w].runnable);
  }
  return -1;
}

// Goes on with thread to; -1 is the scheduler itself, when all have ended or none can run.
void Block::switchTo(int to) {
  int from = running_;
  Fiber* leaving = from < 0 ? nullptr : &fibers_[from];
  Fiber* entering = to < 0 ? nullptr : &fibers_[to];
#if defined(SIMT_TSAN)
  __tsan_switch_to_fiber(entering ? entering->tsanFiber : mainTsan_, TSAN_NO_SYNC);
#endif
#if defined(__SANITIZE_ADDRESS__)
  bool ends = leaving && leaving->state == ENDED;
  void** fake = leaving ? &leaving->asanFakeStack : &mainFakeStack_;
  __sanitizer_start_switch_fiber(ends ? nullptr : fake, entering ? entering->stack : mainStackBottom_,
                                 entering ? STACK_BYTES : mainStackBytes_);
#endif
  running_ = to;
  simt_current = entering ? &entering->identity : nullptr;
  if (entering && !entering->started) {
    entering->started = true;
    prepareStack(*entering, &Block::entry);
  }
  simt_switch(leaving ? &leaving->stackPointer : &mainStackPointer_,
              entering ? entering->stackPointer : mainStackPointer_);
#if defined(__SANITIZE_ADDRESS__)
  const void* bottom;
  size_t size;
  __sanitizer_finish_switch_fiber(leaving ? leaving->asanFakeStack : mainFakeStack_, &bottom, &size);
#endif
}

void Block::park() {
  int to = next(running_);
  if (to != running_) switchTo(to);
}

void Block::entry() {
  Block* block = currentBlock;
#if defined(__SANITIZE_ADDRESS__)
  const void* bottom;
  size_t size;
  __sanitizer_finish_switch_fiber(nullptr, &bottom, &size);
  if (!block->mainStackBottom_) {
    block->mainStackBottom_ = bottom;
    block->mainStackBytes_ = size;
  }
#endif
  block->threads();
  __builtin_unreachable();
}

void Block::threads() {
  for (;;) {
    launch_.kernel->call(launch_.parameters);
    TSAN_RELEASE(&launchToken);
    leave();
#if !defined(SIMT_TSAN)
    // A thread that ends hands its stack to the next one not yet started: kernels without barriers
    // need no switch at all.
    int to = next(running_);
    if (to >= 0 && !fibers_[to].started) {
      std::swap(fibers_[running_].stack, fibers_[to].stack);
      fibers_[to].started = true;
      running_ = to;
      simt_current = &fibers_[to].identity;
      continue;
    }
#endif
    park();
  }
}

void Block::leave() {
  Warp& warp = warp_[running_ >> 5];
  unsigned lane = 1u << (running_ & 31);
  fibers_[running_].state = ENDED;
  warp.runnable &= ~lane;
  warp.live &= ~lane;
  live_--;
  if (live_ > 0 && arrived_ == live_) releaseBarrier();
}

}  // namespace simt
