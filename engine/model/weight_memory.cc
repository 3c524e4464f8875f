#include "engine/model/weight_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <new>

namespace evotoken::model {
namespace {

constexpr std::size_t kHugePageBytes = 2 << 20;
constexpr std::size_t kLineBytes = 64;

std::size_t alignment_of(std::size_t bytes) {
  return bytes < kHugePageBytes ? kLineBytes : kHugePageBytes;
}

}  // namespace

WeightMemory::WeightMemory(std::size_t bytes) {
  const std::size_t alignment = alignment_of(bytes);
  bytes_ = std::max((bytes + alignment - 1) / alignment, std::size_t{1}) * alignment;
  data_ = std::aligned_alloc(alignment, bytes_);
  if (data_ == nullptr) throw std::bad_alloc();
  if (alignment == kHugePageBytes) madvise(data_, bytes_, MADV_HUGEPAGE);
}

WeightMemory::~WeightMemory() { std::free(data_); }

}  // namespace evotoken::model
