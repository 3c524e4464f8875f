// Several training processes as one: rank, world size, and sums over all of them.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace evotoken::training {

class Processes {
 public:
  virtual ~Processes() = default;
  virtual std::int64_t rank() const = 0;
  virtual std::int64_t world_size() const = 0;
  /// Replaces the values of each tensor by their sum over all processes, bit for bit the same in
  /// each of them. Throws DeviceError when another process is gone.
  virtual void sum(const std::vector<at::Tensor>& tensors) = 0;
};

/// The processes of the run as cluster::read_membership finds them, or this one alone. They meet at
/// LibTorch's c10d TCPStore. Throws UsageError and DeviceError as cluster::open_store does.
std::unique_ptr<Processes> join_processes();

}  // namespace evotoken::training
