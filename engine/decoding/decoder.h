// A decoding method: what happens to a sequence between two forward passes. One file per method;
// each registers itself.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/decoding/options.h"
#include "engine/decoding/predictor.h"
#include "engine/decoding/sequence_state.h"

namespace evotoken::decoding {

/// What one denoising step did. Positions count from the first prompt token, ascending.
struct StepChange {
  std::vector<std::int64_t> chosen;   ///< fixed in this step
  std::vector<std::int64_t> revised;  ///< decoded before, and now another token
};

class Decoder {
 public:
  virtual ~Decoder() = default;
  virtual std::string name() const = 0;
  /// Whether the mask token can never be predicted.
  virtual bool bans_mask() const { return true; }
  /// Whether forward passes after the first read soft tokens, which `step` then has to fill in.
  virtual bool soft_input() const { return false; }
  /// How many of the most probable tokens of each predicted row `step` reads; 0: none.
  virtual std::int64_t top_k(const DecodingOptions& options) const {
    return soft_input() ? options.k_soft : 0;
  }
  /// Whether `step` reads what is predicted for positions that hold no mask. Where it does not,
  /// their rows may be missing from the predictions. Not asked with soft input.
  virtual bool reads_decoded_positions() const { return true; }
  /// Whether positions are chosen by a uniform random number in place of the confidence.
  virtual bool random_remasking(const DecodingOptions& options) const {
    return options.remasking == Remasking::kRandom;
  }
  /// Whether the confidence is rounded to the model's dtype before it is compared.
  virtual bool confidence_in_model_dtype() const { return false; }
  /// Whether `step` is, with these answers, what kernels::denoise_step does: positions are fixed by
  /// confidence and, with soft input, decoded tokens revised and soft ones evolved. A GPU can then
  /// take it without the host.
  virtual bool device_can_step() const { return false; }
  /// Applies one step to `state`, whose block, step and nfe are the caller's to count.
  virtual StepChange step(SequenceState& state, const Predictions& predictions,
                          const DecodingOptions& options) const = 0;
};

/// Throws UsageError that lists the known names.
const Decoder& find_decoder(std::string_view name);
std::vector<std::string> decoder_names();

/// Adds a method to the registry; each method's file holds one.
struct DecoderRegistration {
  explicit DecoderRegistration(const Decoder& decoder);
};

}  // namespace evotoken::decoding
