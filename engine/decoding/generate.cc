#include "engine/decoding/generate.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <fmt/format.h>

#include <chrono>
#include <exception>
#include <memory>
#include <utility>

#include "base/error.h"

namespace evotoken::decoding {
namespace {

/// One sample of a batch: its denoiser while it runs, its result afterwards.
struct Slot {
  std::unique_ptr<Denoiser> denoiser;
  GenerationResult result;

  bool running() const { return denoiser != nullptr; }
};

using Clock = std::chrono::steady_clock;

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

void finish_if_done(Slot& slot, Clock::time_point start) {
  if (!slot.running() || !slot.denoiser->finished()) return;
  const SequenceState& state = slot.denoiser->state();
  slot.result.output = slot.denoiser->output();
  slot.result.nfe = state.nfe;
  slot.result.revised_tokens = state.revised_tokens;
  slot.result.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  slot.denoiser.reset();
}

/// One forward pass for all running slots together.
void step_packed(const model::LladaModel& model, std::vector<Slot*>& running) {
  std::vector<at::Tensor> ids;
  std::vector<at::Tensor> weights;
  std::vector<model::SequenceRows> sequences;
  bool soft = false;
  for (Slot* slot : running) {
    const model::PackedInput input = slot->denoiser->next_input();
    soft = input.soft_ids.defined();
    ids.push_back(soft ? input.soft_ids : input.ids);
    if (soft) weights.push_back(input.soft_weights);
    sequences.push_back(input.sequences[0]);
  }
  const at::Tensor all_ids = at::cat(ids, 0);
  const at::Tensor logits =
      model.forward(soft ? model::PackedInput::soft(all_ids, at::cat(weights, 0), sequences)
                         : model::PackedInput::hard(all_ids, sequences));
  std::int64_t begin = 0;
  for (std::size_t i = 0; i < running.size(); ++i) {
    const at::Tensor own = logits.narrow(0, begin, sequences[i].wanted());
    begin += sequences[i].wanted();
    guarded(running[i], [&] { running[i]->denoiser->apply(own); });
  }
}

}  // namespace

std::vector<GenerationResult> generate(const model::LladaModel& model,
                                       const DecodingOptions& options,
                                       std::span<const GenerationRequest> requests,
                                       const BatchOptions& batch, TraceSink* trace) {
  const c10::InferenceMode inference;
  check(options);
  if (batch.packed && options.cache != "none") {
    throw UsageError(fmt::format(
        "--packed_batch: given together with --cache {}, expected one of the two; change one",
        options.cache));
  }
  const Clock::time_point start = Clock::now();
  std::vector<Slot> slots(requests.size());
  for (std::size_t i = 0; i < slots.size(); ++i) {
    guarded(&slots[i], [&] {
      slots[i].denoiser =
          std::make_unique<Denoiser>(model, options, requests[i].prompt,
                                     Randomness::keyed(options.seed, requests[i].sample_id), trace);
    });
  }

  for (;;) {
    std::vector<Slot*> running;
    for (Slot& slot : slots) {
      if (slot.running()) running.push_back(&slot);
    }
    if (running.empty()) break;
    if (batch.packed) {
      guarded(running, [&] { step_packed(model, running); });
    } else {
      for (Slot* slot : running) guarded(slot, [&] { slot->denoiser->step(); });
    }
    for (Slot* slot : running) finish_if_done(*slot, start);
  }

  std::vector<GenerationResult> results;
  for (Slot& slot : slots) results.push_back(std::move(slot.result));
  return results;
}

}  // namespace evotoken::decoding
