// Where several processes of one run meet.
#pragma once

#include <c10/util/intrusive_ptr.h>

#include <chrono>
#include <cstdint>
#include <string>

namespace c10d {
class TCPStore;
}

namespace evotoken::cluster {

/// This process among those of the run.
struct Membership {
  std::int64_t rank = 0;
  std::int64_t world_size = 1;
  std::string address;        ///< of the store
  std::uint16_t port = 0;     ///< of the store
  bool agent_serves = false;  ///< torchrun's agent serves the store, not rank 0
  std::string attempt = "0";  ///< torchrun's restart count: each attempt has its own keys

  bool alone() const { return world_size <= 1; }
  bool serves() const { return rank == 0 && !agent_serves; }
};

/// As the environment says: RANK and WORLD_SIZE, MASTER_ADDR and MASTER_PORT (torchrun, plain
/// variables), or SLURM_PROCID and SLURM_NTASKS with the MASTER variables; without any a single
/// process. Throws UsageError for variables that contradict each other.
Membership read_membership();

/// LibTorch's c10d TCPStore of the run, served by rank 0 or by torchrun's agent. Waits up to
/// `patience` for it, and where `for_all` for all processes. Throws DeviceError when they do not
/// meet.
c10::intrusive_ptr<c10d::TCPStore> open_store(const Membership& membership,
                                              std::chrono::milliseconds patience, bool for_all);

}  // namespace evotoken::cluster
