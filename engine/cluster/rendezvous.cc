#include "engine/cluster/rendezvous.h"

#include <c10/util/Logging.h>
#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <initializer_list>
#include <optional>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include "base/error.h"

namespace evotoken::cluster {
namespace {

std::optional<std::string> environment(const char* name) {
  const char* const value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

std::int64_t number(const char* name, const std::string& text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0) {
    throw UsageError(
        fmt::format("{}: \"{}\", expected a whole number; mend the environment", name, text));
  }
  return value;
}

/// The first of the variables that is set, as a number.
std::optional<std::int64_t> first_number(std::initializer_list<const char*> names) {
  for (const char* const name : names) {
    if (const auto text = environment(name)) return number(name, *text);
  }
  return std::nullopt;
}

}  // namespace

Membership read_membership() {
  Membership membership;
  membership.world_size = first_number({"WORLD_SIZE", "SLURM_NTASKS"}).value_or(1);
  if (membership.alone()) return {};
  const auto rank = first_number({"RANK", "SLURM_PROCID"});
  const auto address = environment("MASTER_ADDR");
  const auto port = first_number({"MASTER_PORT"});
  if (!rank || *rank >= membership.world_size || !address || !port || *port == 0 || *port > 65535) {
    throw UsageError(fmt::format(
        "WORLD_SIZE: {} processes, expected RANK below it, MASTER_ADDR and MASTER_PORT beside it; "
        "start with torchrun, or set them",
        membership.world_size));
  }
  membership.rank = *rank;
  membership.address = *address;
  membership.port = static_cast<std::uint16_t>(*port);
  membership.agent_serves = environment("TORCHELASTIC_USE_AGENT_STORE").value_or("") == "True";
  membership.attempt = environment("TORCHELASTIC_RESTART_COUNT").value_or("0");
  return membership;
}

c10::intrusive_ptr<c10d::TCPStore> open_store(const Membership& membership,
                                              std::chrono::milliseconds patience, bool for_all) {
  // c10d tells of each lost connection with a stack trace; whoever uses the store says it in a
  // line.
  if (!environment("TORCH_CPP_LOG_LEVEL")) FLAGS_caffe2_log_level = c10::GLOG_ERROR;
  c10d::TCPStoreOptions options;
  options.port = membership.port;
  options.isServer = membership.serves();
  options.numWorkers = static_cast<std::size_t>(membership.world_size);
  options.waitWorkers = for_all && !membership.agent_serves;
  options.timeout = patience;
  try {
    return c10::make_intrusive<c10d::TCPStore>(membership.address, options);
  } catch (const std::exception& error) {
    const std::string reason = error.what();
    throw DeviceError(fmt::format(
        "{}:{}: the {} processes did not meet ({}); start all of them, with the same MASTER_ADDR "
        "and MASTER_PORT",
        membership.address, membership.port, membership.world_size,
        reason.substr(0, reason.find('\n'))));
  }
}

}  // namespace evotoken::cluster
