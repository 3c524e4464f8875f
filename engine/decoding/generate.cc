#include "engine/decoding/generate.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <memory>
#include <stdexcept>
#include <utility>

namespace evotoken::decoding {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// A sample in flight: its denoiser while it runs, its result afterwards.
struct Slot {
  std::size_t number;  ///< of the stream's samples
  Clock::time_point start;
  std::unique_ptr<Denoiser> denoiser;
  GenerationResult result;
  std::int64_t block = 0;  ///< that the step under way decodes

  bool running() const { return denoiser != nullptr; }
};

/// Runs `work`; what it throws becomes the failure of all `slots`.
template <typename Work>
void guarded(std::span<Slot* const> slots, Work&& work) {
  std::string failure;
  try {
    work();
    return;
  } catch (const c10::Error& error) {
    failure = error.what_without_backtrace();
  } catch (const std::exception& error) {
    failure = error.what();
  }
  for (Slot* slot : slots) {
    slot->result.failure = failure;
    slot->denoiser.reset();
  }
}

template <typename Work>
void guarded(Slot* slot, Work&& work) {
  guarded(std::span<Slot* const>(&slot, 1), std::forward<Work>(work));
}

void finish_if_done(Slot& slot) {
  if (!slot.running() || !slot.denoiser->finished()) return;
  const SequenceState& state = slot.denoiser->state();
  slot.result.output = slot.denoiser->output();
  slot.result.decoded_tokens = (slot.block + 1) * state.block_length;
  slot.result.nfe = state.nfe;
  slot.result.revised_tokens = state.revised_tokens;
  slot.result.seconds = seconds_since(slot.start);
  slot.denoiser.reset();
}

/// Hard tokens as soft ones of `mixed` entries each, all of whose weight is on the first.
model::PackedInput as_soft(const model::PackedInput& input, std::int64_t mixed,
                           at::ScalarType dtype) {
  if (input.soft_ids.defined()) return input;
  const at::Tensor ids = input.ids.unsqueeze(1).expand({-1, mixed});
  at::Tensor weights = at::zeros(ids.sizes(), input.ids.options().dtype(dtype));
  weights.select(1, 0).fill_(1);
  return model::PackedInput::soft(ids, weights, input.sequences);
}

/// The inputs of several sequences as one. A sample that has just begun has hard tokens still.
model::PackedInput packed(std::vector<model::PackedInput> inputs, at::ScalarType dtype) {
  const auto soft = std::ranges::find_if(
      inputs, [](const model::PackedInput& input) { return input.soft_ids.defined(); });
  const bool any_soft = soft != inputs.end();
  const std::int64_t mixed = any_soft ? soft->soft_ids.size(1) : 0;
  std::vector<at::Tensor> ids;
  std::vector<at::Tensor> weights;
  std::vector<model::SequenceRows> sequences;
  for (const model::PackedInput& input : inputs) {
    const model::PackedInput own = any_soft ? as_soft(input, mixed, dtype) : input;
    ids.push_back(any_soft ? own.soft_ids : own.ids);
    if (any_soft) weights.push_back(own.soft_weights);
    sequences.push_back(own.sequences[0]);
  }
  const at::Tensor all_ids = at::cat(ids, 0);
  return any_soft ? model::PackedInput::soft(all_ids, at::cat(weights, 0), sequences)
                  : model::PackedInput::hard(all_ids, sequences);
}

/// One forward pass for all samples in flight together.
void step_packed(const model::LladaModel& model, std::vector<Slot*>& running) {
  std::vector<model::PackedInput> inputs;
  for (Slot* slot : running) inputs.push_back(slot->denoiser->next_input());
  const model::PackedInput input = packed(std::move(inputs), model.dtype());
  const at::Tensor hidden = model.hidden(input);
  // A GPU reads the head once for all; a CPU reads it by tiles, and leaves out what a sample does
  // not need of it.
  const bool together = !hidden.is_cpu();
  const at::Tensor rows = together ? model.weights().head(hidden) : hidden;
  std::int64_t begin = 0;
  for (std::size_t i = 0; i < running.size(); ++i) {
    const at::Tensor own = rows.narrow(0, begin, input.sequences[i].wanted());
    begin += input.sequences[i].wanted();
    guarded(running[i], [&] {
      Denoiser& denoiser = *running[i]->denoiser;
      together ? denoiser.apply(own) : denoiser.apply_hidden(own);
    });
  }
}

/// The samples in flight.
class Flight {
 public:
  Flight(const model::LladaModel& model, const DecodingOptions& options,
         const RequestStream& stream, const BatchOptions& batch)
      : model_(model), options_(options), stream_(stream), batch_(batch) {}

  void run() {
    for (fill(); !slots_.empty(); fill()) {
      step();
      land();
    }
  }

 private:
  /// Samples for all free slots. One that cannot begin lands at once, and frees its slot again.
  void fill() {
    while (!exhausted_ && (batch_.slots == 0 || std::ssize(slots_) < batch_.slots)) {
      const std::optional<GenerationRequest> request = stream_.next();
      exhausted_ = !request;
      if (exhausted_) return;
      slots_.push_back({begun_++, Clock::now(), nullptr, {}, 0});
      Slot& slot = slots_.back();
      guarded(&slot, [&] {
        slot.denoiser =
            std::make_unique<Denoiser>(model_, options_, request->prompt,
                                       Randomness::keyed(options_.seed, request->sample_id));
      });
      land();
    }
  }

  void step() {
    const Clock::time_point start = Clock::now();
    std::vector<Slot*> running;
    for (Slot& slot : slots_) {
      slot.block = slot.denoiser->state().block;
      running.push_back(&slot);
    }
    if (batch_.packed) {
      guarded(running, [&] { step_packed(model_, running); });
    } else {
      for (Slot* slot : running) guarded(slot, [&] { slot->denoiser->advance(batch_.graphs); });
    }
    const double share = seconds_since(start) / static_cast<double>(running.size());
    for (Slot* slot : running) {
      slot->result.share_seconds += share;
      finish_if_done(*slot);
    }
  }

  /// Hands over what is done.
  void land() {
    for (Slot& slot : slots_) {
      if (!slot.running()) stream_.done(slot.number, std::move(slot.result));
    }
    std::erase_if(slots_, [](const Slot& slot) { return !slot.running(); });
  }

  const model::LladaModel& model_;
  const DecodingOptions& options_;
  const RequestStream& stream_;
  const BatchOptions& batch_;
  std::vector<Slot> slots_;
  std::size_t begun_ = 0;
  bool exhausted_ = false;
};

}  // namespace

void generate(const model::LladaModel& model, const DecodingOptions& options,
              const RequestStream& stream, const BatchOptions& batch) {
  const c10::InferenceMode inference;
  check(options);
  if (batch.packed && batch.graphs != nullptr) {
    throw std::invalid_argument("generate: a packed batch cannot be recorded");
  }
  Flight(model, options, stream, batch).run();
}

std::vector<GenerationResult> generate(const model::LladaModel& model,
                                       const DecodingOptions& options,
                                       std::span<const GenerationRequest> requests,
                                       const BatchOptions& batch) {
  std::vector<GenerationResult> results(requests.size());
  auto coming = requests.begin();
  const RequestStream stream = {
      [&] {
        return coming == requests.end() ? std::nullopt
                                        : std::optional<GenerationRequest>(*coming++);
      },
      [&](std::size_t n, GenerationResult result) { results[n] = std::move(result); }};
  generate(model, options, stream, batch);
  return results;
}

}  // namespace evotoken::decoding
