#include "training/processes.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include "base/error.h"

namespace evotoken::training {
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

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

class Alone final : public Processes {
 public:
  std::int64_t rank() const override { return 0; }
  std::int64_t world_size() const override { return 1; }
  void sum(const std::vector<at::Tensor>& /*tensors*/) override {}
};

/// Sums through the store: rank r adds up part r of everybody's values, in the order of the ranks,
/// and everybody fetches the sums. (LibTorch's wheel carries no headers of Gloo, so c10d's own
/// process groups cannot be compiled against; gradients of adapters are small.)
class StoreProcesses final : public Processes {
 public:
  StoreProcesses(std::int64_t rank, std::int64_t world, const std::string& address,
                 std::uint16_t port)
      : rank_(rank), world_(world) {
    c10d::TCPStoreOptions options;
    options.port = port;
    // Under torchrun its agent already serves the store.
    const bool agent = environment("TORCHELASTIC_USE_AGENT_STORE").value_or("") == "True";
    options.isServer = rank == 0 && !agent;
    options.numWorkers = static_cast<std::size_t>(world);
    options.waitWorkers = !agent;
    options.timeout = std::chrono::minutes(10);
    store_ = c10::make_intrusive<c10d::TCPStore>(address, options);
    prefix_ =
        fmt::format("evotoken-train/{}", environment("TORCHELASTIC_RESTART_COUNT").value_or("0"));
  }
  ~StoreProcesses() override {
    // Rank 0 serves the others' last reads before it goes; one that died will not say goodbye.
    constexpr auto kPatience = std::chrono::seconds(30);
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    try {
      store_->add(prefix_ + "/done", 1);
      while (rank_ == 0 && store_->add(prefix_ + "/done", 0) < world_ &&
             std::chrono::steady_clock::now() < deadline) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
      }
    } catch (const std::exception&) {  // the store is gone: nothing more to serve
    }
  }

  std::int64_t rank() const override { return rank_; }
  std::int64_t world_size() const override { return world_; }

  void sum(const std::vector<at::Tensor>& tensors) override {
    try {
      sum_through_store(tensors);
    } catch (const c10::Error& error) {
      throw DeviceError(fmt::format(
          "process {} of {}: another process did not answer ({}), expected all of them to run; see "
          "what it printed, and start all of them again with --resume",
          rank_, world_, first_line(error.what_without_backtrace())));
    }
  }

 private:
  void sum_through_store(const std::vector<at::Tensor>& tensors) {
    std::vector<at::Tensor> flat;
    for (const at::Tensor& tensor : tensors) flat.push_back(tensor.flatten().to(at::kCPU));
    at::Tensor values = at::cat(flat);
    ++round_;
    const std::int64_t part = (values.numel() + world_ - 1) / world_;
    const auto part_of = [&](std::int64_t r) {
      const std::int64_t begin = std::min(r * part, values.numel());
      return values.narrow(0, begin, std::min(part, values.numel() - begin));
    };
    for (std::int64_t r = 0; r < world_; ++r) {
      if (r != rank_) put(key("part", rank_, r), part_of(r));
    }
    const at::Tensor mine = part_of(rank_);
    const at::Tensor own = mine.clone();
    mine.zero_();
    for (std::int64_t r = 0; r < world_; ++r) {
      mine.add_(r == rank_ ? own : take(key("part", r, rank_), mine));
    }
    for (std::int64_t r = 0; r < world_; ++r) {
      if (r != rank_) put(key("sum", rank_, r), mine);
    }
    for (std::int64_t r = 0; r < world_; ++r) {
      if (r == rank_) continue;
      const at::Tensor theirs = part_of(r);
      theirs.copy_(take(key("sum", r, rank_), theirs));
    }
    std::int64_t begin = 0;
    for (const at::Tensor& tensor : tensors) {
      tensor.copy_(values.narrow(0, begin, tensor.numel()).view(tensor.sizes()));
      begin += tensor.numel();
    }
  }

  std::string key(const char* what, std::int64_t from, std::int64_t to) const {
    return fmt::format("{}/{}/{}/{}/{}", prefix_, round_, what, from, to);
  }
  void put(const std::string& name, const at::Tensor& values) {
    std::vector<std::uint8_t> bytes(values.nbytes());
    std::memcpy(bytes.data(), values.const_data_ptr(), bytes.size());
    store_->set(name, bytes);
  }
  at::Tensor take(const std::string& name, const at::Tensor& like) {
    const std::vector<std::uint8_t> bytes = store_->get(name);  // waits for it
    store_->deleteKey(name);
    at::Tensor values = at::empty_like(like);
    std::memcpy(values.mutable_data_ptr(), bytes.data(), bytes.size());
    return values;
  }

  std::int64_t rank_;
  std::int64_t world_;
  std::int64_t round_ = 0;
  std::string prefix_;
  c10::intrusive_ptr<c10d::TCPStore> store_;
};

}  // namespace

std::unique_ptr<Processes> join_processes() {
  const std::int64_t world = first_number({"WORLD_SIZE", "SLURM_NTASKS"}).value_or(1);
  if (world <= 1) return std::make_unique<Alone>();
  const auto rank = first_number({"RANK", "SLURM_PROCID"});
  const auto address = environment("MASTER_ADDR");
  const auto port = first_number({"MASTER_PORT"});
  if (!rank || *rank >= world || !address || !port || *port == 0 || *port > 65535) {
    throw UsageError(fmt::format(
        "WORLD_SIZE: {} processes, expected RANK below it, MASTER_ADDR and MASTER_PORT beside it; "
        "start with torchrun, or set them",
        world));
  }
  try {
    return std::make_unique<StoreProcesses>(*rank, world, *address,
                                            static_cast<std::uint16_t>(*port));
  } catch (const std::exception& error) {
    throw DeviceError(fmt::format(
        "{}:{}: the {} processes did not meet ({}); start all of them, with the same MASTER_ADDR "
        "and MASTER_PORT",
        *address, *port, world, first_line(error.what())));
  }
}

}  // namespace evotoken::training
