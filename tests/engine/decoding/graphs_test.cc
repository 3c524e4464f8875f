// Decoding by recorded passes gives the tokens of decoding by evaluated ones.
#include <gtest/gtest.h>

#include "engine/decoding/generate.h"
#include "engine/kernels/predict_rows.h"
#include "engine/model/cuda_graph.h"
#include "engine/model/device.h"
#include "tests/engine/golden_model.h"
#include "tests/engine/stand_in_recorder.h"

namespace evotoken::decoding {
namespace {

std::vector<GenerationRequest> requests() {
  return {{"a", {1, 40, 41, 42, 43}}, {"b", {1, 7}}, {"c", {1, 50, 51, 52, 53}}};
}

std::vector<std::vector<TokenId>> decode(const model::LladaModel& model,
                                         const DecodingOptions& options, bool packed) {
  std::vector<std::vector<TokenId>> outputs;
  for (const GenerationResult& result : generate(model, options, requests(), {.packed = packed})) {
    EXPECT_FALSE(result.failure) << *result.failure;
    outputs.push_back(result.output);
  }
  return outputs;
}

/// Calls check(options, packed) for decoders, temperatures, caches.
template <typename Check>
void over_settings(Check check) {
  for (const char* decoder : {"evotoken", "hard_mask", "random"}) {
    for (const double temperature : {0.0, 0.5}) {
      for (const char* cache : {"none", "prefix", "packed"}) {
        SCOPED_TRACE(fmt::format("{} T {} {}", decoder, temperature, cache));
        DecodingOptions options;
        options.decoder = decoder;
        options.gen_length = 16;
        options.block_length = 8;
        options.diffusion_steps = 16;
        options.temperature = temperature;
        const bool packed = std::string(cache) == "packed";
        if (!packed) options.cache = parse_choice<Cache>("cache", cache);
        check(options, packed);
      }
    }
  }
}

TEST(Graphs, TokensAreThoseOfEvaluatedPasses) {
  over_settings([](const DecodingOptions& options, bool packed) {
    const model::LladaModel& plain = testing::golden_model("toy-mha");
    model::LladaModel recorded = plain;
    recorded.record_passes(std::make_shared<testing::StandInRecorder>());
    EXPECT_EQ(decode(recorded, options, packed), decode(plain, options, packed));
    const auto counts = recorded.graphs()->counts();
    EXPECT_EQ(counts.replayed > counts.evaluated, options.cache == Cache::kNone);
  });
}

/// On a GPU: the tokens of the CPU, and with CUDA graphs those of the GPU.
TEST(GraphsCuda, TokensAreThoseOfEvaluatedPassesAndOfTheCpu) {
  if (!kernels::built_with_cuda()) GTEST_SKIP() << "NOT TESTED on a GPU: built without nvcc";
  const c10::Device device = model::open_device("auto");
  if (!device.is_cuda()) GTEST_SKIP() << "NOT TESTED on a GPU: no usable one on this machine";
  model::LoadOptions load = testing::golden_load_options("toy-mha", "", testing::Adapter::kNone);
  load.device = device;
  const model::LladaModel plain = model::load_model(load);
  over_settings([&](const DecodingOptions& options, bool packed) {
    model::LladaModel recorded = plain;
    recorded.record_passes(model::open_graph_recorder(device));
    const auto evaluated = decode(plain, options, packed);
    EXPECT_EQ(decode(recorded, options, packed), evaluated);
    EXPECT_EQ(recorded.graphs()->counts().replayed > 0, options.cache == Cache::kNone);
    // Greedy decoding of the toy model has margins far above the rounding of another device.
    if (options.temperature == 0) {
      EXPECT_EQ(evaluated, decode(testing::golden_model("toy-mha"), options, packed));
    }
  });
}

}  // namespace
}  // namespace evotoken::decoding
