// LLaDA as its authors decode it (ML-GSAI/LLaDA generate.py): the mask token may be predicted, in
// which case a chosen position stays masked, and the confidence is in the model's dtype. `llada`
// remasks by low confidence, `random` at random.
#include "engine/decoding/decoder.h"
#include "engine/decoding/selection.h"

namespace evotoken::decoding {
namespace {

class Llada : public Decoder {
 public:
  std::string name() const override { return "llada"; }
  bool bans_mask() const override { return false; }
  bool confidence_in_model_dtype() const override { return true; }
  bool reads_decoded_positions() const override { return false; }
  bool device_can_step() const override { return true; }

  StepChange step(SequenceState& state, const Predictions& predictions,
                  const DecodingOptions& options) const override {
    return {fix_most_confident(state, predictions, options), {}};
  }
};

class LladaRandom final : public Llada {
 public:
  std::string name() const override { return "random"; }
  bool random_remasking(const DecodingOptions& /*options*/) const override { return true; }
};

const Llada kLlada;
const LladaRandom kRandom;
const DecoderRegistration kLladaRegistration(kLlada);
const DecoderRegistration kRandomRegistration(kRandom);

}  // namespace
}  // namespace evotoken::decoding
