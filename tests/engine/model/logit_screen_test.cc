// Panels that a screen leaves out hold none of a row's largest logits.
#include "engine/model/logit_screen.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <set>

#include "engine/kernels/packed_product.h"

namespace evotoken::model {
namespace {

using kernels::kPanelRows;

/// The panels of the `top_k` largest logits of one row, with all that equal the last of them.
std::set<std::int32_t> panels_of_top(const at::Tensor& logits, std::int64_t top_k,
                                     std::int64_t excluded) {
  at::Tensor counted = logits.to(at::kFloat).clone();
  if (excluded >= 0) counted[excluded] = -std::numeric_limits<float>::infinity();
  const float last = std::get<0>(counted.topk(top_k))[top_k - 1].item<float>();
  std::set<std::int32_t> panels;
  for (std::int64_t v = 0; v < counted.size(0); ++v) {
    if (counted[v].item<float>() >= last) panels.insert(static_cast<std::int32_t>(v / kPanelRows));
  }
  return panels;
}

/// Nothing is missing; gives the share of panels that had to be looked at.
double expect_complete(const at::Tensor& x, const at::Tensor& head, std::int64_t top_k,
                       std::int64_t excluded = -1) {
  const LogitScreen screen(head);
  const auto promising = screen.promising_panels(x, top_k, excluded);
  const at::Tensor logits = at::mm(x.to(at::kFloat), head.to(at::kFloat).t()).to(x.scalar_type());
  EXPECT_EQ(std::ssize(promising), x.size(0));
  std::size_t looked_at = 0;
  for (std::int64_t r = 0; r < x.size(0); ++r) {
    const auto& of_row = promising[static_cast<std::size_t>(r)];
    EXPECT_TRUE(std::ranges::is_sorted(of_row));
    looked_at += of_row.size();
    for (const std::int32_t panel : panels_of_top(logits[r], top_k, excluded)) {
      EXPECT_TRUE(std::ranges::binary_search(of_row, panel)) << "row " << r << ", panel " << panel;
    }
  }
  const std::int64_t panels = kernels::panel_count(head.size(0));
  return static_cast<double>(looked_at) / static_cast<double>(x.size(0) * panels);
}

TEST(LogitScreen, LeavesOutMostPanelsAndNoneThatCounts) {
  at::manual_seed(1);
  const at::Tensor x = at::randn({20, 96});
  const at::Tensor head = at::randn({6400, 96});
  for (const std::int64_t top_k : {1, 3, 10}) EXPECT_LT(expect_complete(x, head, top_k), 0.5);
}

TEST(LogitScreen, HoldsInNarrowTypesWhoseRoundingMakesTies) {
  at::manual_seed(2);
  for (const at::ScalarType type : {at::kBFloat16, at::kHalf}) {
    const at::Tensor x = at::randn({20, 64}).to(type);
    const at::Tensor head = at::randn({3200, 64}).to(type);
    EXPECT_LT(expect_complete(x, head, 3), 0.8);
  }
}

TEST(LogitScreen, HoldsWithOutliersWhereItTellsLess) {
  at::manual_seed(3);
  at::Tensor x = at::randn({10, 64});
  x.select(1, 5).mul_(300);
  expect_complete(x, at::randn({3200, 64}), 3);
}

TEST(LogitScreen, EqualRowsOfTheHeadAreAllPromising) {
  at::manual_seed(4);
  at::Tensor head = at::randn({320, 32});
  const at::Tensor x = head.narrow(0, 0, 1) * 3;
  for (const std::int64_t same : {40, 100, 319}) head.select(0, same).copy_(head.select(0, 0));
  expect_complete(x, head, 2);
}

TEST(LogitScreen, AnExcludedRowDoesNotHideOthers) {
  at::manual_seed(5);
  at::Tensor head = at::randn({320, 32});
  const at::Tensor x = at::randn({4, 32});
  head.select(0, 70).copy_(x.select(0, 0) * 100);  // far above all others
  expect_complete(x, head, 1, /*excluded=*/70);
}

TEST(LogitScreen, AShortLastPanelIsAlwaysLookedAt) {
  at::manual_seed(6);
  const at::Tensor head = -at::rand({70, 16});  // all logits are below those of missing rows, 0
  const at::Tensor x = at::rand({3, 16});
  expect_complete(x, head, 3);
  for (const auto& of_row : LogitScreen(head).promising_panels(x, 3, -1)) {
    EXPECT_EQ(of_row.back(), 2);
  }
}

TEST(LogitScreen, WhatIsNotANumberIsLookedAtWhole) {
  at::manual_seed(7);
  at::Tensor x = at::randn({2, 32});
  x[1][3] = std::numeric_limits<float>::quiet_NaN();
  const auto promising = LogitScreen(at::randn({640, 32})).promising_panels(x, 3, -1);
  EXPECT_LT(promising[0].size(), 20U);
  EXPECT_EQ(promising[1].size(), 20U);
}

TEST(LogitScreen, MoreWantedThanPanelsThereAre) {
  at::manual_seed(8);
  expect_complete(at::randn({2, 32}), at::randn({96, 32}), 10);
}

TEST(LogitScreen, TakesHeadsOfShortRowsOnly) {
  EXPECT_EQ(LogitScreen::takes(at::empty({8, 512})), kernels::panel_maxima_are_fast());
  EXPECT_FALSE(LogitScreen::takes(at::empty({8, 4096})));
  EXPECT_FALSE(LogitScreen::takes(at::empty({8, 512}, at::kChar)));
}

}  // namespace
}  // namespace evotoken::model
