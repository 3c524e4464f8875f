// EvoToken-DLM (arXiv 2601.07351; spec: decoding.md, "One step").
//
// A position evolves mask → soft token with mask → soft token → decoded token:
//   still masked               α on the mask embedding, 1 − α over the K most probable tokens;
//   decoded in this block      the mixture of the K most probable tokens alone;
//   before the block           its token, one-hot.
// Within its block a decoded token goes on competing: a later prediction that is more confident
// than the one that stands there replaces it.
#include "engine/decoding/decoder.h"
#include "engine/decoding/selection.h"
#include "engine/decoding/soft_tokens.h"

namespace evotoken::decoding {
namespace {

class EvoToken final : public Decoder {
 public:
  std::string name() const override { return "evotoken"; }
  bool soft_input() const override { return true; }
  bool device_can_step() const override { return true; }

  StepChange step(SequenceState& state, const Predictions& predictions,
                  const DecodingOptions& options) const override {
    StepChange change;
    change.chosen = fix_most_confident(state, predictions, options);
    change.revised = revise(state, predictions);
    evolve(state, predictions, options.alpha_soft_mask);
    return change;
  }
};

const EvoToken kEvoToken;
const DecoderRegistration kRegistration(kEvoToken);

}  // namespace
}  // namespace evotoken::decoding
