#include "engine/decoding/selection.h"

#include <gtest/gtest.h>

namespace evotoken::decoding {
namespace {

using Positions = std::vector<std::int64_t>;

const std::vector<Candidate> kCandidates = {
    {10, 0.3}, {11, 0.95}, {12, 0.7}, {13, 0.95}, {14, 0.1}};

TEST(Selection, CountTakesTheMostConfidentInAscendingOrder) {
  const DecodingOptions options;
  EXPECT_EQ(select_positions(kCandidates, 3, options), (Positions{11, 12, 13}));
  EXPECT_EQ(select_positions(kCandidates, 1, options), (Positions{11})) << "ties: lower position";
  EXPECT_EQ(select_positions(kCandidates, 99, options).size(), 5U);
  EXPECT_TRUE(select_positions({}, 3, options).empty());
}

TEST(Selection, ThresholdTakesTheBestAlways) {
  DecodingOptions options;
  options.threshold = 0.7;
  EXPECT_EQ(select_positions(kCandidates, 1, options), (Positions{11, 12, 13})) << ">= counts";
  options.threshold = 0.99;
  EXPECT_EQ(select_positions(kCandidates, 1, options), (Positions{11}));
  options.threshold = 0.0;
  EXPECT_EQ(select_positions(kCandidates, 1, options).size(), 5U);
}

TEST(Selection, FactorDemandsMoreOfEveryFurtherPosition) {
  DecodingOptions options;
  // n = 2 needs 1 − f/3, n = 3 needs 1 − f/4: with f = 0.6 that is 0.8 and 0.85.
  options.factor = 0.6;
  EXPECT_EQ(select_positions(kCandidates, 1, options), (Positions{11, 13}));
  // f = 1.2: 0.6, 0.7, 0.76: the third passes exactly, the fourth (0.3) does not.
  options.factor = 1.2;
  EXPECT_EQ(select_positions(kCandidates, 1, options), (Positions{11, 12, 13}));
  options.factor = 0.01;
  EXPECT_EQ(select_positions(kCandidates, 1, options), (Positions{11}));
}

}  // namespace
}  // namespace evotoken::decoding
