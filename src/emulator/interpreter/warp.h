// A warp: registers of 32 lanes, and groups of lanes that stand at the same instruction.
#pragma once
#include <cstdlib>
#include <memory>
#include <new>

#include "program.h"

namespace ptx {

enum Waiting : uint8_t { RUNNABLE, AT_WARP_OPERATION, AT_BLOCK_BARRIER };

// Lanes that share a place in the code.
struct Group {
  uint32_t pc, lanes;
  Waiting waiting;
};

// Bytes on a cache line's border.
class AlignedBytes {
 public:
  void resize(size_t bytes) {
    if (bytes <= size_) return;
    size_ = (bytes + 4095) / 4096 * 4096;
    data_.reset(static_cast<uint8_t*>(std::aligned_alloc(4096, size_)));
    if (!data_) throw std::bad_alloc();
  }
  uint8_t* data() { return data_.get(); }
  const uint8_t* data() const { return data_.get(); }

 private:
  struct Free {
    void operator()(uint8_t* p) const { std::free(p); }
  };
  std::unique_ptr<uint8_t, Free> data_;
  size_t size_ = 0;
};

struct Warp {
  uint32_t index = 0;
  uint32_t live = 0;  // lanes that have not returned
  AlignedBytes file;
  std::vector<uint32_t> predicates;
  AlignedBytes local;
  std::vector<Group> groups;

  template <class T>
  T* row(uint32_t place) {
    return reinterpret_cast<T*>(file.data() + place);
  }
  template <class T>
  const T* row(uint32_t place) const {
    return reinterpret_cast<const T*>(file.data() + place);
  }

  // Adds a group, joined with one that waits or runs at the same instruction.
  void put(Group group) {
    for (Group& other : groups) {
      if (other.pc == group.pc && other.waiting == group.waiting) {
        other.lanes |= group.lanes;
        return;
      }
    }
    groups.push_back(group);
  }

  Group take(size_t index_) {
    Group group = groups[index_];
    groups.erase(groups.begin() + static_cast<long>(index_));
    return group;
  }
};

}  // namespace ptx
