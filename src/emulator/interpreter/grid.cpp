// The blocks of a grid, on OS threads that live as long as the process.
#include <algorithm>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <numeric>
#include <thread>

#include "block.h"

namespace ptx {

namespace {

class Pool {
 public:
  Pool() {
    const char* asked = getenv("CUDA_EMULATOR_WORKERS");
    long workers = asked ? atol(asked) : static_cast<long>(std::thread::hardware_concurrency());
    for (long k = 1; k < workers; k++) threads_.emplace_back([this] { serve(); });
  }

  Result run(const Launch& launch) {
    std::lock_guard<std::mutex> oneGrid(gridMutex_);
    launch_ = &launch;
    total_ = static_cast<uint64_t>(launch.grid[0]) * launch.grid[1] * launch.grid[2];
    next_ = 0;
    stride_ = launch.schedule ? stride(launch.schedule, total_) : 1;
    result_ = {COMPLETED, ""};
    bool alone = total_ == 1 || launch.check;
    if (!alone) wakeOthers();
    takeBlocks(own_);
    if (!alone) {
      std::unique_lock<std::mutex> lock(mutex_);
      done_.wait(lock, [this] { return busy_ == 0; });
    }
    return result_;
  }

 private:
  void wakeOthers() {
    std::lock_guard<std::mutex> lock(mutex_);
    busy_ = threads_.size();
    generation_++;
    start_.notify_all();
  }

  void serve() {
    Block block;
    uint64_t seen = 0;
    for (;;) {
      std::unique_lock<std::mutex> lock(mutex_);
      start_.wait(lock, [&] { return generation_ != seen; });
      seen = generation_;
      lock.unlock();
      takeBlocks(block);
      lock.lock();
      if (--busy_ == 0) done_.notify_all();
    }
  }

  void takeBlocks(Block& block) {
    uint64_t i = next_++;
    if (i >= total_) return;
    block.begin(*launch_);
    try {
      for (; i < total_; i = next_++) {
        uint64_t index = launch_->schedule ? (i * stride_ + launch_->schedule) % total_ : i;
        block.run(index, launch_->schedule + index);
      }
    } catch (const Fault& fault) {
      next_ = total_;
      std::lock_guard<std::mutex> lock(mutex_);
      if (result_.outcome == COMPLETED) result_ = fault.result;
    }
    std::lock_guard<std::mutex> lock(mutex_);
    block.end();
  }

  // A random schedule starts blocks in another order, too: steps without common divisor.
  static uint64_t stride(uint64_t seed, uint64_t total) {
    uint64_t step = seed * 2654435761u % total | 1;
    while (std::gcd(step, total) != 1) step += 2;
    return step;
  }

  std::vector<std::thread> threads_;
  std::mutex gridMutex_, mutex_;
  std::condition_variable start_, done_;
  uint64_t generation_ = 0, total_ = 0, stride_ = 1;
  size_t busy_ = 0;
  std::atomic<uint64_t> next_{0};
  const Launch* launch_ = nullptr;
  Result result_;
  Block own_;  // of whoever calls
};

// Never destroyed: its threads outlive static destruction.
Pool& pool() {
  static Pool* instance = new Pool();
  return *instance;
}

}  // namespace

Result run(const Launch& launch) {
  cancelled = false;
  return pool().run(launch);
}

void cancel() { cancelled = true; }

}  // namespace ptx
