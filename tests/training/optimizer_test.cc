#include "training/optimizer.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "training/muon.h"

namespace evotoken::training {
namespace {

std::vector<Parameter> parameters() {
  return {{"matrix", at::full({2, 2}, 1.0).requires_grad_(), true},
          {"norm", at::full({2}, 1.0).requires_grad_(), false}};
}

void set_gradients(std::vector<Parameter>& all, double value) {
  for (Parameter& parameter : all) {
    parameter.value.mutable_grad() = at::full_like(parameter.value, value);
  }
}

/// AdamW by its definition (Loshchilov & Hutter, arXiv 1711.05101, algorithm 2) for one number.
struct PlainAdamW {
  double value = 1, m = 0, v = 0;
  int t = 0;
  void step(double gradient, double lr, double decay) {
    ++t;
    m = 0.9 * m + 0.1 * gradient;
    v = 0.999 * v + 0.001 * gradient * gradient;
    value -= lr * decay * value;
    value -= lr * (m / (1 - std::pow(0.9, t))) / (std::sqrt(v / (1 - std::pow(0.999, t))) + 1e-8);
  }
};

TEST(Optimizer, IsTheDefinitionAndDecaysMatricesOnly) {
  auto all = parameters();
  OptimizerOptions options;
  options.max_grad_norm = 1e9;
  Optimizer optimizer(all, options);
  PlainAdamW decayed;
  PlainAdamW plain;
  for (const double gradient : {0.5, -0.25, 2.0}) {
    set_gradients(all, gradient);
    optimizer.step(0.01);
    decayed.step(gradient, 0.01, 0.1);
    plain.step(gradient, 0.01, 0.0);
  }
  EXPECT_NEAR(all[0].value[1][1].item<double>(), decayed.value, 1e-6);
  EXPECT_NEAR(all[1].value[0].item<double>(), plain.value, 1e-6);
}

TEST(Optimizer, ClipsToTheNormAndReturnsTheOneBefore) {
  auto all = parameters();
  Optimizer optimizer(all, {});
  set_gradients(all, 10);
  EXPECT_NEAR(optimizer.step(0), 10 * std::sqrt(6.0), 1e-4);
  EXPECT_NEAR(all[0].value.grad()[0][0].item<double>(), 1 / std::sqrt(6.0), 1e-5);
  set_gradients(all, 0.1);
  optimizer.step(0);
  EXPECT_NEAR(all[0].value.grad()[0][0].item<double>(), 0.1, 1e-6) << "small ones are left alone";
}

TEST(LearningRate, DecaysLinearlyAndWarmsUpWhenAsked) {
  OptimizerOptions options;
  options.learning_rate = 1.0;
  EXPECT_EQ(learning_rate_at(options, 0, 4), 1.0);
  EXPECT_EQ(learning_rate_at(options, 1, 4), 0.75);
  EXPECT_EQ(learning_rate_at(options, 3, 4), 0.25);
  options.warmup_updates = 3;
  EXPECT_EQ(learning_rate_at(options, 0, 7), 0.25);
  EXPECT_EQ(learning_rate_at(options, 2, 7), 0.75);
  EXPECT_EQ(learning_rate_at(options, 3, 7), 1.0);
  EXPECT_EQ(learning_rate_at(options, 5, 7), 0.5);
}

/// Singular values, largest first.
std::vector<float> singular_values(const at::Tensor& matrix) {
  const at::Tensor values = at::linalg_svdvals(matrix).contiguous();
  return {values.const_data_ptr<float>(), values.const_data_ptr<float>() + values.numel()};
}

TEST(Muon, MakesMatricesNearlyOrthogonalAndKeepsTheirDirections) {
  at::manual_seed(3);
  for (const auto& [rows, columns] : {std::pair{24, 8}, {8, 24}, {16, 16}}) {
    const at::Tensor matrix = at::randn({rows, columns});
    const at::Tensor result = orthogonalized(matrix);
    for (const float value : singular_values(result)) {
      EXPECT_GT(value, 0.6F);
      EXPECT_LT(value, 1.3F);
    }
    // U V' of the singular value decomposition is what it approaches.
    const auto [u, s, vh] = at::linalg_svd(matrix, /*full_matrices=*/false);
    const double cosine = (result * at::mm(u, vh)).sum().item<double>() /
                          (result.norm() * at::mm(u, vh).norm()).item<double>();
    EXPECT_GT(cosine, 0.95) << rows << " x " << columns;
  }
}

TEST(Muon, StepsTheMatricesOfBlocksOnly) {
  at::manual_seed(4);
  std::vector<Parameter> all = {{"wte", at::randn({6, 4}).requires_grad_(), true, false},
                                {"blocks.0.q", at::randn({6, 4}).requires_grad_(), true, true},
                                {"blocks.0.norm", at::ones({4}).requires_grad_(), false, true}};
  const at::Tensor before = all[1].value.detach().clone();
  OptimizerOptions options;
  options.muon = true;
  options.weight_decay = 0;
  Optimizer optimizer(all, options);
  for (Parameter& parameter : all) parameter.value.mutable_grad() = at::randn_like(parameter.value);
  const at::Tensor gradient = all[1].value.grad().clone();
  optimizer.step(0.01);
  const at::Tensor step = before - all[1].value.detach();
  const at::Tensor expected = orthogonalized(gradient) * (0.01 * 0.2 * std::sqrt(6.0));
  EXPECT_LT((step - expected).abs().max().item<double>(), 1e-5);
  std::vector<std::string> names;
  for (const auto& [name, tensor] : optimizer.state()) names.push_back(name);
  EXPECT_EQ(std::count(names.begin(), names.end(), "momentum.blocks.0.q"), 1);
  EXPECT_EQ(std::count(names.begin(), names.end(), "exp_avg.wte"), 1);
  EXPECT_EQ(std::count(names.begin(), names.end(), "exp_avg.blocks.0.norm"), 1);
}

}  // namespace
}  // namespace evotoken::training
