#include "training/processes.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <chrono>
#include <cstring>
#include <string>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include "base/error.h"
#include "engine/cluster/rendezvous.h"

namespace evotoken::training {
namespace {

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
  explicit StoreProcesses(const cluster::Membership& membership)
      : rank_(membership.rank),
        world_(membership.world_size),
        prefix_(fmt::format("evotoken-train/{}", membership.attempt)),
        store_(cluster::open_store(membership, std::chrono::minutes(10), /*for_all=*/true)) {}
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
  const cluster::Membership membership = cluster::read_membership();
  if (membership.alone()) return std::make_unique<Alone>();
  return std::make_unique<StoreProcesses>(membership);
}

}  // namespace evotoken::training
