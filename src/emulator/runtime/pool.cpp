// The pool of OS threads that run blocks, and the table of kernels.
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "block.h"
#include "faults.h"
#include "launch.h"
#include "sanitizers.h"

namespace simt {

void (*prepareShared)(size_t) = nullptr;
bool (*sharedOverrun)(size_t) = nullptr;
extern char launchToken;

static std::map<std::string, const SimtKernel*>& kernels() {
  static std::map<std::string, const SimtKernel*> table;
  return table;
}

const SimtKernel* findKernel(const char* name) {
  auto found = kernels().find(name);
  return found == kernels().end() ? nullptr : found->second;
}

namespace {

class Pool {
 public:
  Pool() {
    const char* asked = getenv("CUDA_EMULATOR_WORKERS");
    int workers = asked ? atoi(asked) : static_cast<int>(std::thread::hardware_concurrency());
    for (int i = 0; i < (workers < 1 ? 1 : workers); i++) {
      threads_.emplace_back([this] { serve(); });
    }
  }

  Result run(const Launch& launch) {
    std::lock_guard<std::mutex> oneGrid(gridMutex_);
    {
      std::lock_guard<std::mutex> lock(mutex_);
      launch_ = launch;
      total_ = static_cast<uint64_t>(launch.grid.x) * launch.grid.y * launch.grid.z;
      nextBlock_ = 0;
      result_ = {COMPLETED, ""};
      busy_ = static_cast<int>(threads_.size());
      generation_++;
      start_.notify_all();
    }
    std::unique_lock<std::mutex> lock(mutex_);
    done_.wait(lock, [this] { return busy_ == 0; });
    TSAN_ACQUIRE(&launchToken);
    return result_;
  }

  void cancel() {
    for (auto& thread : threads_) interrupt(thread.native_handle());
  }

 private:
  void serve() {
    AlternateStack stack;
    Block block;
    uint64_t seen = 0;
    for (;;) {
      {
        std::unique_lock<std::mutex> lock(mutex_);
        start_.wait(lock, [&] { return generation_ != seen; });
        seen = generation_;
      }
      blocks(block);
      std::lock_guard<std::mutex> lock(mutex_);
      if (--busy_ == 0) done_.notify_all();
    }
  }

  void blocks(Block& block) {
    for (;;) {
      uint64_t i = nextBlock_.fetch_add(1);
      if (i >= total_) return;
      // A random schedule starts blocks in another order, too: a stride without common divisor.
      uint64_t b = launch_.schedule ? shuffled(i) : i;
      uint3 index{static_cast<unsigned>(b % launch_.grid.x),
                  static_cast<unsigned>(b / launch_.grid.x % launch_.grid.y),
                  static_cast<unsigned>(b / launch_.grid.x / launch_.grid.y)};
      uint64_t seed = launch_.schedule * 0x9E3779B97F4A7C15ull + b;
      Result result;
#if defined(SIMT_TSAN)
      // A fresh OS thread has clean shadow for the block's shared memory.
      std::thread([&] {
        AlternateStack stack;
        Block fresh;
        result = fresh.run(launch_, index, seed);
      }).join();
#else
      result = block.run(launch_, index, seed);
#endif
      if (result.outcome == COMPLETED) continue;
      nextBlock_ = total_;
      std::lock_guard<std::mutex> lock(mutex_);
      if (result_.outcome == COMPLETED) result_ = result;
    }
  }

  uint64_t shuffled(uint64_t i) const {
    uint64_t stride = launch_.schedule * 2654435761u % total_ | 1;
    for (uint64_t a = stride, b = total_;;) {  // gcd by Euclid
      while (b != 0) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
      }
      if (a == 1) break;
      stride += 2;
      a = stride;
      b = total_;
    }
    return (i * (stride % total_) + launch_.schedule) % total_;
  }

  std::vector<std::thread> threads_;
  std::mutex mutex_, gridMutex_;
  std::condition_variable start_, done_;
  uint64_t generation_ = 0, total_ = 0;
  int busy_ = 0;
  std::atomic<uint64_t> nextBlock_{0};
  Launch launch_{};
  Result result_;
};

// Never destroyed: its threads outlive static destruction.
Pool& pool() {
  static Pool* instance = new Pool();
  return *instance;
}

}  // namespace

Result run(const Launch& launch) {
  catchFaults();
  return pool().run(launch);
}

void cancel() { pool().cancel(); }

}  // namespace simt

extern "C" void simt_register(const SimtKernel* kernel) { simt::kernels()[kernel->name] = kernel; }
