#include "engine/model/pass_graphs.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/profile.h"

namespace evotoken::model {

PassGraphs::Shape::Shape(const PackedInput& input)
    : sequences(input.sequences),
      mixed(input.soft_ids.defined() ? input.soft_ids.size(1) : 0),
      attend_together(input.attend_together) {}

PassGraphs::PassGraphs(std::shared_ptr<PassRecorder> recorder, c10::Device device,
                       std::size_t shapes)
    : recorder_(std::move(recorder)), device_(device), shapes_(shapes) {}

PassGraphs::Counts PassGraphs::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

bool PassGraphs::move_to_front(const Shape& shape) {
  const auto found = std::ranges::find(entries_, shape, &Entry::shape);
  if (found == entries_.end()) return false;
  entries_.splice(entries_.begin(), entries_, found);
  return true;
}

at::Tensor PassGraphs::evaluate(const PackedInput& input, const Pass& pass) {
  at::Tensor output = pass(on_device(input, device_));
  // Known only now: a recording by another thread must find all kernels loaded.
  const std::lock_guard lock(mutex_);
  ++counts_.evaluated;
  warm_threads_.insert(std::this_thread::get_id());
  const Shape shape(input);
  if (!move_to_front(shape)) entries_.push_front({shape, {}, {}, {}});
  if (entries_.size() > shapes_) entries_.pop_back();
  return output;
}

void PassGraphs::check_recordable() const {
  if (failure_.empty()) return;
  throw DeviceError(
      fmt::format("--cuda_graphs: a forward pass cannot be recorded ({}), expected one of kernels "
                  "alone; leave --cuda_graphs out",
                  failure_));
}

void PassGraphs::record(Entry& entry, const Pass& pass) {
  try {
    entry.recorded =
        recorder_->record([&entry, pass] { entry.output = pass(entry.input->input()); });
    ++counts_.recorded;
  } catch (const std::exception& error) {
    const auto* const torch_error = dynamic_cast<const c10::Error*>(&error);
    failure_ = torch_error != nullptr ? torch_error->what_without_backtrace() : error.what();
  }
  check_recordable();
}

at::Tensor PassGraphs::run(const PackedInput& input, const Pass& pass) {
  std::unique_lock lock(mutex_);
  check_recordable();
  const bool warm = warm_threads_.contains(std::this_thread::get_id());
  if (!move_to_front(Shape(input)) || !warm) {
    lock.unlock();
    return evaluate(input, pass);
  }
  const ProfiledStage stage("graph");
  Entry& entry = entries_.front();
  if (!entry.input) entry.input.emplace(input, device_);
  entry.input->fill(input);
  if (entry.recorded == nullptr) record(entry, pass);
  entry.recorded->replay();
  ++counts_.replayed;
  return entry.output.clone();
}

}  // namespace evotoken::model
