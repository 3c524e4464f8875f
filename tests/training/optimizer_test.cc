#include "training/optimizer.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

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

TEST(AdamW, IsTheDefinitionAndDecaysMatricesOnly) {
  auto all = parameters();
  OptimizerOptions options;
  options.max_grad_norm = 1e9;
  AdamW optimizer(all, options);
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

TEST(AdamW, ClipsToTheNormAndReturnsTheOneBefore) {
  auto all = parameters();
  AdamW optimizer(all, {});
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

}  // namespace
}  // namespace evotoken::training
