// The hard-mask baseline (spec: decoding.md, "The hard-mask baseline"): LLaDA's low-confidence
// remasking with the mask token banned and the confidence in double. A decoded token is final.
#include "engine/decoding/decoder.h"
#include "engine/decoding/selection.h"

namespace evotoken::decoding {
namespace {

class HardMask final : public Decoder {
 public:
  std::string name() const override { return "hard_mask"; }
  bool reads_decoded_positions() const override { return false; }
  bool device_can_step() const override { return true; }

  StepChange step(SequenceState& state, const Predictions& predictions,
                  const DecodingOptions& options) const override {
    return {fix_most_confident(state, predictions, options), {}};
  }
};

const HardMask kHardMask;
const DecoderRegistration kRegistration(kHardMask);

}  // namespace
}  // namespace evotoken::decoding
