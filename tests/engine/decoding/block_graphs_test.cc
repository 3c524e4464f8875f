// Decoding by recorded steps gives what decoding by the host's steps gives: with a stand-in for
// CUDA graphs and denoise_step_plain on the CPU, and with the real ones on a GPU.
#include "engine/decoding/block_graphs.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <thread>

#include "base/error.h"
#include "engine/decoding/generate.h"
#include "engine/kernels/predict_rows.h"
#include "engine/model/cuda_graph.h"
#include "engine/model/device.h"
#include "tests/engine/golden_model.h"
#include "tests/engine/stand_in_recorder.h"

namespace evotoken::decoding {
namespace {

using testing::StandInRecorder;

const model::LladaModel& toy() { return testing::golden_model("toy-mha"); }

std::vector<GenerationRequest> requests() {
  return {{"a", {1, 40, 41, 42, 43}}, {"b", {1, 7}}, {"c", {1, 50, 51, 52, 53}}};
}

DecodingOptions short_options(const std::string& decoder = "evotoken") {
  DecodingOptions options;
  options.decoder = decoder;
  options.gen_length = 16;
  options.block_length = 8;
  options.diffusion_steps = 16;
  options.temperature = 0;
  return options;
}

/// All that a result says but for times, one line per sample.
std::string told(const std::vector<GenerationResult>& results) {
  std::string lines;
  for (const GenerationResult& result : results) {
    lines += fmt::format("{} nfe {}, revised {}, decoded {}, {}\n", fmt::join(result.output, " "),
                         result.nfe, result.revised_tokens, result.decoded_tokens,
                         result.failure.value_or("no failure"));
  }
  return lines;
}

std::string decode(const model::LladaModel& model, const DecodingOptions& options,
                   BlockGraphs* graphs = nullptr) {
  return told(generate(model, options, requests(), {.graphs = graphs}));
}

/// "evaluated recorded replayed"
std::string told(const BlockGraphs& graphs) {
  const BlockGraphs::Counts counts = graphs.counts();
  return fmt::format("{} {} {}", counts.evaluated, counts.recorded, counts.replayed);
}

/// The rules that say how many positions a step fixes.
std::vector<DecodingOptions> with_rules(const DecodingOptions& options) {
  std::vector<DecodingOptions> all(5, options);
  all[1].diffusion_steps = 6;   // 8 positions in 3 steps
  all[2].diffusion_steps = 24;  // more steps than positions
  all[3].threshold = 0.05;      // the toy model is never sure
  all[4].factor = 1.8;
  return all;
}

/// Calls check(options) for decoders, rules, temperatures, caches.
template <typename Check>
void over_settings(Check check) {
  for (const char* decoder : {"evotoken", "hard_mask", "llada", "random"}) {
    for (DecodingOptions options : with_rules(short_options(decoder))) {
      for (const double temperature : {0.0, 0.5}) {
        for (const Cache cache : {Cache::kNone, Cache::kPrefix, Cache::kDual}) {
          for (const std::int64_t refresh : {0, 3}) {
            if (cache == Cache::kNone && refresh > 0) continue;
            options.temperature = temperature;
            options.cache = cache;
            options.cache_refresh = refresh;
            SCOPED_TRACE(to_json(options).dump());
            check(options);
          }
        }
      }
    }
  }
}

TEST(BlockGraphs, ResultsAreThoseOfTheHostsSteps) {
  BlockGraphs graphs(toy(), std::make_shared<StandInRecorder>());
  over_settings([&](const DecodingOptions& options) {
    const std::string expected = decode(toy(), options);
    for (int run = 0; run < 2; ++run) EXPECT_EQ(decode(toy(), options, &graphs), expected);
  });
  EXPECT_GT(graphs.counts().replayed, graphs.counts().evaluated);
}

TEST(BlockGraphs, NarrowTypesRoundAlike) {
  for (const at::ScalarType dtype : {at::kBFloat16, at::kHalf}) {
    model::LoadOptions load = testing::golden_load_options("toy-gqa", "", testing::Adapter::kNone);
    load.dtype = dtype;
    const model::LladaModel model = model::load_model(load);
    BlockGraphs graphs(model, std::make_shared<StandInRecorder>());
    for (const char* decoder : {"evotoken", "llada"}) {
      for (const DecodingOptions& options : with_rules(short_options(decoder))) {
        EXPECT_EQ(decode(model, options, &graphs), decode(model, options))
            << dtype << " " << to_json(options).dump();
      }
    }
  }
}

TEST(BlockGraphs, AnEndTokenEndsTheSequence) {
  model::ModelWeights weights = toy().weights();
  weights::ModelConfig config = toy().config();
  DecodingOptions options = short_options();
  options.early_stop = EarlyStop::kEos;
  const model::LladaModel plain(config, weights);
  // Any token that stands in a first block will do for an end token.
  const auto results = generate(plain, options, requests());
  config.eos_token_id = results[0].output[3];
  const model::LladaModel stopping(config, weights);
  BlockGraphs graphs(stopping, std::make_shared<StandInRecorder>());
  const std::string expected = decode(stopping, options);
  EXPECT_THAT(expected, ::testing::HasSubstr("decoded 8,"));
  EXPECT_EQ(decode(stopping, options, &graphs), expected);
}

TEST(BlockGraphs, StepsAreEvaluatedThenRecordedThenReplayed) {
  BlockGraphs graphs(toy(), std::make_shared<StandInRecorder>());
  const std::vector<GenerationRequest> one = {requests()[0]};
  const DecodingOptions options = short_options();
  // Two blocks of 8 steps; the very first step has no soft tokens.
  const char* const expected[] = {"3 2 13", "3 3 29", "3 3 45"};
  for (const char* counts : expected) {
    generate(toy(), options, one, {.graphs = &graphs});
    EXPECT_EQ(told(graphs), counts);
  }
  DecodingOptions another_seed = options;
  another_seed.seed = 7;
  generate(toy(), another_seed, one, {.graphs = &graphs});
  EXPECT_EQ(told(graphs), "3 3 61");
  DecodingOptions another_alpha = options;
  another_alpha.alpha_soft_mask = 0.5;
  generate(toy(), another_alpha, one, {.graphs = &graphs});
  EXPECT_EQ(told(graphs), "6 5 74") << "it is part of what was recorded";
}

TEST(BlockGraphs, ShapesUsedLongAgoAreForgotten) {
  const auto recorder = std::make_shared<StandInRecorder>();
  BlockGraphs graphs(toy(), recorder, 2);
  const DecodingOptions options = short_options("hard_mask");
  const std::string expected = decode(toy(), options);
  for (int run = 0; run < 3; ++run) {
    EXPECT_EQ(decode(toy(), options, &graphs), expected);
    EXPECT_LE(recorder->alive, 2);
  }
}

TEST(BlockGraphs, ThreadsShareThem) {
  BlockGraphs graphs(toy(), std::make_shared<StandInRecorder>(), 3);
  const DecodingOptions options = short_options();
  const std::string expected = decode(toy(), options);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] { EXPECT_EQ(decode(toy(), options, &graphs), expected); });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(BlockGraphs, LogitsThatAreNotNumbersFailTheSampleAlike) {
  for (const char* decoder : {"evotoken", "hard_mask"}) {
    for (DecodingOptions options : with_rules(short_options(decoder))) {
      model::ModelWeights weights = toy().weights();
      weights.final_norm =
          at::full_like(weights.final_norm, std::numeric_limits<float>::quiet_NaN());
      const model::LladaModel broken(toy().config(), weights);
      BlockGraphs graphs(broken, std::make_shared<StandInRecorder>());
      const std::string expected = decode(broken, options);
      EXPECT_THAT(expected, ::testing::HasSubstr("forward pass 0: the logits of position 5"));
      EXPECT_EQ(decode(broken, options, &graphs), expected);
    }
  }
}

/// Whose recordings fail.
class Refusing final : public model::GraphRecorder {
 public:
  std::unique_ptr<model::RecordedWork> record(const std::function<void()>& /*pass*/) override {
    ++asked;
    throw std::runtime_error("operation not permitted");
  }
  int asked = 0;
};

TEST(BlockGraphs, WhatCannotBeRecordedIsToldAndNotTriedAgain) {
  const auto recorder = std::make_shared<Refusing>();
  BlockGraphs graphs(toy(), recorder);
  const std::string results = decode(toy(), short_options(), &graphs);
  EXPECT_THAT(results, ::testing::HasSubstr("--cuda_graphs: a denoising step cannot be recorded "
                                            "(operation not permitted)"));
  EXPECT_EQ(recorder->asked, 1);
}

TEST(BlockGraphs, PackedBatchesAreRefused) {
  BlockGraphs graphs(toy(), std::make_shared<StandInRecorder>());
  EXPECT_THROW(generate(toy(), short_options(), requests(), {.packed = true, .graphs = &graphs}),
               std::invalid_argument);
}

/// Counts steps.
class Sink final : public TraceSink {
 public:
  void on_step(const StepView& /*view*/) override { ++steps; }
  int steps = 0;
};

TEST(BlockGraphs, TracedAndInjectedStepsAreTheHosts) {
  const c10::InferenceMode inference;
  BlockGraphs graphs(toy(), std::make_shared<StandInRecorder>());
  Sink sink;
  Denoiser traced(toy(), short_options(), requests()[0].prompt, Randomness::keyed(1, "a"), &sink);
  while (!traced.finished()) traced.advance(&graphs);
  EXPECT_EQ(sink.steps, 16);
  Randomness injected;
  injected.injected = [](auto...) { return 0.5; };
  Denoiser other(toy(), short_options(), requests()[0].prompt, injected);
  while (!other.finished()) other.advance(&graphs);
  EXPECT_EQ(told(graphs), "0 0 0");
}

TEST(BlockGraphs, ALongerSequenceGetsALongerCache) {
  model::ModelWeights weights = toy().weights();
  weights::ModelConfig config = toy().config();
  const model::LladaModel model(config, weights);
  BlockGraphs graphs(model, std::make_shared<StandInRecorder>());
  DecodingOptions options = short_options();
  options.cache = Cache::kDual;
  const std::string expected = decode(model, options);
  DecodingOptions longer = options;
  longer.gen_length = config.max_sequence_length - 8;
  longer.block_length = longer.gen_length;
  longer.diffusion_steps = 2;
  const std::string of_longer = decode(model, longer);
  for (int run = 0; run < 2; ++run) {
    EXPECT_EQ(decode(model, options, &graphs), expected);
    EXPECT_EQ(decode(model, longer, &graphs), of_longer);
  }
}

TEST(BlockGraphs, ABlockThatTheHostBeganIsTheHosts) {
  const c10::InferenceMode inference;
  BlockGraphs graphs(toy(), std::make_shared<StandInRecorder>());
  DecodingOptions options = short_options();
  options.cache = Cache::kDual;
  Denoiser denoiser(toy(), options, requests()[0].prompt, Randomness::keyed(1, "a"));
  denoiser.step();
  while (denoiser.state().block == 0) denoiser.advance(&graphs);
  EXPECT_EQ(told(graphs), "0 0 0");
  denoiser.advance(&graphs);
  EXPECT_TRUE(denoiser.finished());
  EXPECT_EQ(told(graphs), "2 1 6");
}

/// Whose memory is short for the first recording.
class ShortOfMemory final : public model::GraphRecorder {
 public:
  std::unique_ptr<model::RecordedWork> record(const std::function<void()>& work) override {
    if (asked_++ == 0) TORCH_CHECK_WITH(OutOfMemoryError, false, "out of memory");
    return later_.record(work);
  }

 private:
  int asked_ = 0;
  StandInRecorder later_;
};

TEST(BlockGraphs, AShortageOfMemoryFailsOneSampleAlone) {
  BlockGraphs graphs(toy(), std::make_shared<ShortOfMemory>());
  const auto results = generate(toy(), short_options(), requests(), {.graphs = &graphs});
  EXPECT_EQ(results[0].failure, "out of memory");
  EXPECT_EQ(results[1].failure, std::nullopt);
}

/// On a GPU: what the host's steps give there, and with greedy decoding what the CPU gives.
class BlockGraphsCuda : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!kernels::built_with_cuda()) GTEST_SKIP() << "NOT TESTED on a GPU: built without nvcc";
    device_ = model::open_device("auto");
    if (!device_.is_cuda()) GTEST_SKIP() << "NOT TESTED on a GPU: no usable one on this machine";
  }
  model::LladaModel on_gpu(const std::string& name, at::ScalarType dtype) const {
    model::LoadOptions load = testing::golden_load_options(name, "", testing::Adapter::kNone);
    load.device = device_;
    load.dtype = dtype;
    return model::load_model(load);
  }

  c10::Device device_ = at::kCPU;
};

TEST_F(BlockGraphsCuda, ResultsAreThoseOfTheHostsStepsAndOfTheCpu) {
  const model::LladaModel model = on_gpu("toy-mha", at::kFloat);
  BlockGraphs graphs(model, model::open_graph_recorder(device_));
  over_settings([&](const DecodingOptions& options) {
    const std::string expected = decode(model, options);
    for (int run = 0; run < 2; ++run) EXPECT_EQ(decode(model, options, &graphs), expected);
    // The toy model's margins are far above the rounding of another device.
    const bool by_count = !options.threshold && !options.factor;
    if (options.temperature == 0 && by_count) {
      EXPECT_EQ(expected, decode(toy(), options));
    }
  });
  EXPECT_GT(graphs.counts().replayed, graphs.counts().evaluated);
}

TEST_F(BlockGraphsCuda, NarrowTypesFewShapesAndThreads) {
  for (const at::ScalarType dtype : {at::kBFloat16, at::kHalf}) {
    const model::LladaModel model = on_gpu("toy-gqa", dtype);
    for (const std::size_t shapes : {1, 2, 64}) {  // recordings come and go, at times the last one
      BlockGraphs graphs(model, model::open_graph_recorder(device_), shapes);
      for (const Cache cache : {Cache::kNone, Cache::kDual}) {
        DecodingOptions options = short_options();
        options.cache = cache;
        const std::string expected = decode(model, options);
        std::vector<std::thread> threads;
        for (int t = 0; t < 2; ++t) {
          threads.emplace_back([&] {
            for (int run = 0; run < 3; ++run) EXPECT_EQ(decode(model, options, &graphs), expected);
          });
        }
        for (std::thread& thread : threads) thread.join();
      }
    }
  }
}

}  // namespace
}  // namespace evotoken::decoding
