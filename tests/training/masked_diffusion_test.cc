#include "training/masked_diffusion.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/support.h"
#include "training/optimizer.h"
#include "training/trainable_model.h"

namespace evotoken::training {
namespace {

TrainableOptions toy() {
  TrainableOptions options;
  options.model_folder = testing::golden_dir() / "models" / "toy-mha";
  return options;
}

/// A batch with examples of its own.
struct OwnedBatch : Batch {
  std::vector<Example> owned;
};

OwnedBatch toy_batch() {
  OwnedBatch batch;
  batch.tokens = at::arange(3 * 24, at::kLong).view({3, 24}) + 300;
  batch.prompt_lengths = {4, 10, 7};
  batch.owned.resize(3);
  for (std::size_t b = 0; b < 3; ++b) {
    batch.owned[b].prompt_length = batch.prompt_lengths[b];
    batch.examples.push_back(&batch.owned[b]);  // the heap: moving the batch moves no example
  }
  return batch;
}

/// The definition, token by token: Σ CE(masked)/p / (number of tokens).
double plain_loss(const model::LladaModel& model, const Batch& batch, bool prompts_visible,
                  Draw draw) {
  double sum = 0;
  std::int64_t eligible = 0;
  for (std::int64_t b = 0; b < batch.size(); ++b) {
    const double p = (1 - 1e-3) * draw.uniform() + 1e-3;
    const std::int64_t begin =
        prompts_visible ? batch.prompt_lengths[static_cast<std::size_t>(b)] : 0;
    at::Tensor ids = batch.tokens[b].clone();
    std::vector<std::int64_t> masked;
    for (std::int64_t i = begin; i < batch.length(); ++i) {
      ++eligible;
      if (draw.uniform() >= p) continue;
      masked.push_back(i);
      ids[i] = model.config().mask_token_id;
    }
    const at::Tensor log_probabilities =
        at::log_softmax(model.forward(model::PackedInput::hard(ids, {{batch.length(), 0}})), -1);
    for (const std::int64_t i : masked) {
      sum -= log_probabilities[i][batch.tokens[b][i].item<std::int64_t>()].item<double>() / p;
    }
  }
  return sum / static_cast<double>(eligible);
}

TEST(MaskedDiffusion, IsTheDefinition) {
  const auto trainable = make_full(toy());
  const auto model = trainable->model();
  for (const bool prompts_visible : {false, true}) {
    Draw draw(5, Stream::kNoise, 2);
    const Loss loss = MaskedDiffusion(prompts_visible).run({model}, toy_batch(), draw);
    const double expected =
        plain_loss(model, toy_batch(), prompts_visible, Draw(5, Stream::kNoise, 2));
    EXPECT_NEAR(loss.total, expected, 1e-4 * expected) << prompts_visible;
  }
}

TEST(MaskedDiffusion, WeightsScaleTheGradientNotTheLoss) {
  const auto trainable = make_full(toy());
  const auto model = trainable->model();
  const at::Tensor head = trainable->parameters().back().value;
  const auto run = [&](double weight) {
    trainable->parameters().back().value.mutable_grad().reset();
    Draw draw(5, Stream::kNoise, 2);
    const Loss loss = MaskedDiffusion(true).run({model, weight}, toy_batch(), draw);
    return std::pair(loss.total, head.grad().norm().item<double>());
  };
  const auto [loss, norm] = run(1);
  const auto [same_loss, quarter] = run(0.25);
  EXPECT_EQ(loss, same_loss);
  EXPECT_NEAR(quarter, norm / 4, 1e-5 * norm);
  EXPECT_GT(norm, 0);
}

TEST(MaskedDiffusion, LearnsABatchByHeart) {
  const auto trainable = make_full(toy());
  OptimizerOptions options;
  options.learning_rate = 3e-3;
  Optimizer optimizer(trainable->parameters(), options);
  double first = 0;
  double last = 0;
  for (std::uint64_t update = 0; update < 30; ++update) {
    optimizer.zero_grad();
    Draw draw(1, Stream::kNoise, update % 2);
    const auto model = trainable->model();
    last = MaskedDiffusion(false).run({model}, toy_batch(), draw).total;
    if (update == 0) first = last;
    optimizer.step(options.learning_rate);
  }
  EXPECT_LT(last, first / 4);
}

}  // namespace
}  // namespace evotoken::training
