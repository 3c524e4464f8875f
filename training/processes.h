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

/// As the environment says: RANK and WORLD_SIZE, MASTER_ADDR and MASTER_PORT (torchrun, plain
/// variables), or SLURM_PROCID and SLURM_NTASKS with the MASTER variables; without any a single
/// process. Meets the others at LibTorch's c10d TCPStore, which rank 0 serves. Throws UsageError
/// for variables that contradict each other, DeviceError when the others do not come.
std::unique_ptr<Processes> join_processes();

}  // namespace evotoken::training
