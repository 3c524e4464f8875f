// Memory of weights that are read from beginning to end.
#pragma once

#include <cstddef>

namespace evotoken::model {

/// Uninitialised memory in huge pages where it fills one: a product fetches ahead, and what a
/// page's translation has to be looked up for is not fetched in time. Throws std::bad_alloc.
class WeightMemory {
 public:
  explicit WeightMemory(std::size_t bytes);
  ~WeightMemory();
  WeightMemory(const WeightMemory&) = delete;
  WeightMemory& operator=(const WeightMemory&) = delete;

  void* data() const { return data_; }
  /// At least as many as wanted.
  std::size_t bytes() const { return bytes_; }

 private:
  std::size_t bytes_;
  void* data_;
};

}  // namespace evotoken::model
