// A decoder of one's own, as docs/adding.md shows it, driven by the engine: in a program of its
// own, since decoders_test.cc lists all that the engine has.
#include "engine/decoding/denoiser.h"

#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/decoding/selection.h"
#include "engine/model/load_model.h"
#include "tests/support.h"

namespace evotoken::decoding {
namespace {

/// Fixes where the first token is most ahead of the second.
class ConfidenceMargin final : public Decoder {
 public:
  std::string name() const override { return "test_confidence_margin"; }
  std::int64_t top_k(const DecodingOptions& /*options*/) const override { return 2; }

  StepChange step(SequenceState& state, const Predictions& predictions,
                  const DecodingOptions& options) const override {
    // Of every row that is read, the two most probable tokens; greedy, the candidate is the first.
    EXPECT_EQ(predictions.top_k, 2);
    EXPECT_EQ(predictions.top_ids.size(), 2 * predictions.candidate.size());
    for (std::size_t row = 0; row < predictions.candidate.size(); ++row) {
      EXPECT_EQ(predictions.top_ids[2 * row], predictions.candidate[row]);
    }
    const auto margin = [&](std::size_t row) {
      const double* const shares = &predictions.top_shares[2 * row];
      return predictions.confidence[row] * (1 - shares[1] / shares[0]);
    };
    const auto masked = state.masked_positions(predictions.first_position());
    const auto best = std::ranges::max_element(
        masked, {}, [&](std::int64_t p) { return margin(predictions.row(p)); });
    StepChange change{fix_best(state, predictions, options, margin), {}};
    EXPECT_EQ(change.chosen, std::vector<std::int64_t>{*best}) << "one a step, by the margin";
    return change;
  }
};

const ConfidenceMargin kConfidenceMargin;
const DecoderRegistration kRegistration(kConfidenceMargin);

model::LladaModel toy_model() {
  model::LoadOptions load;
  load.model_folder = testing::golden_dir() / "models" / "toy-mha";
  load.dtype = c10::kFloat;
  return model::load_model(load);
}

TEST(Denoiser, ADecoderOfHardTokensCanReadTheTopTokens) {
  const c10::InferenceMode inference;
  const model::LladaModel model = toy_model();
  DecodingOptions options;
  options.decoder = "test_confidence_margin";
  options.gen_length = 16;
  options.block_length = 8;
  options.diffusion_steps = 16;
  options.temperature = 0;
  Denoiser denoiser(model, options, {5, 6, 7}, Randomness::keyed(1, "sample"));
  while (!denoiser.finished()) denoiser.step();
  EXPECT_EQ(denoiser.state().nfe, 16);
  EXPECT_EQ(std::ranges::count(denoiser.output(), denoiser.state().mask_id), 0);
}

/// The same decoding, once with what step() leaves out and once with logits of whole blocks.
TEST(Denoiser, LeavingDecodedPositionsOutChangesNoToken) {
  const c10::InferenceMode inference;
  const model::LladaModel model = toy_model();
  DecodingOptions options;
  options.gen_length = 16;
  options.block_length = 8;
  options.diffusion_steps = 8;
  for (const char* decoder : {"hard_mask", "llada", "random"}) {
    for (const double temperature : {0.0, 0.7}) {
      options.decoder = decoder;
      options.temperature = temperature;
      const std::vector<TokenId> prompt = {5, 6, 7};
      Denoiser some(model, options, prompt, Randomness::keyed(1, "sample"));
      Denoiser all(model, options, prompt, Randomness::keyed(1, "sample"));
      std::size_t left_out = 0;
      while (!all.finished()) {
        const model::PackedInput input = all.next_input();
        left_out += static_cast<std::size_t>(input.sequences[0].wanted()) -
                    some.next_request().positions.size();
        all.apply(model.forward(input));
        some.step();
        ASSERT_EQ(some.state().tokens, all.state().tokens) << decoder << ", " << temperature;
      }
      EXPECT_TRUE(some.finished());
      EXPECT_GT(left_out, 0U);
    }
  }
}

}  // namespace
}  // namespace evotoken::decoding
