#include "engine/model/packed_input.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace evotoken::model {
namespace {

constexpr std::int64_t kVocab = 10;
constexpr std::int64_t kMaxLength = 8;

void check(const PackedInput& input) { input.check(kVocab, kMaxLength); }

TEST(PackedInput, AcceptsWhatFits) {
  EXPECT_NO_THROW(check(PackedInput::hard(at::arange(5, at::kLong), {{2, 0}, {3, 3}})));
  EXPECT_NO_THROW(
      check(PackedInput::soft(at::ones({4, 3}, at::kLong), at::ones({4, 3}), {{4, 1}})));
}

TEST(PackedInput, RefusesContradictions) {
  const at::Tensor ids = at::arange(5, at::kLong);
  EXPECT_THROW(check(PackedInput{}), std::invalid_argument);
  EXPECT_THROW(check(PackedInput::hard(ids, {{4, 0}})), std::invalid_argument) << "a row too many";
  EXPECT_THROW(check(PackedInput::hard(ids, {{5, 6}})), std::invalid_argument);
  EXPECT_THROW(check(PackedInput::hard(ids, {{5, 0}, {0, 0}})), std::invalid_argument);
  EXPECT_THROW(check(PackedInput::hard(ids.to(at::kInt), {{5, 0}})), std::invalid_argument);
  EXPECT_THROW(check(PackedInput::hard(ids + 6, {{5, 0}})), std::invalid_argument)
      << "no such token";
  EXPECT_THROW(check(PackedInput::hard(ids - 1, {{5, 0}})), std::invalid_argument);
  EXPECT_THROW(check(PackedInput::hard(at::zeros({9}, at::kLong), {{9, 0}})), std::invalid_argument)
      << "too long";
  EXPECT_THROW(check(PackedInput::soft(at::ones({4, 3}, at::kLong), at::ones({4, 2}), {{4, 0}})),
               std::invalid_argument);
}

TEST(PackedInput, RowsInTheMiddleNeedACacheOfTheirOwn) {
  KeyValueCache cache;
  const at::Tensor memory = at::empty({kMaxLength, 1, 2});
  KeyValueCache filled({{memory, memory}});
  PackedInput input = PackedInput::hard(at::arange(5, at::kLong), {{2, 0}, {3, 0}});
  input.sequences[1].first_position = 4;
  EXPECT_THROW(check(input), std::invalid_argument) << "no cache";
  input.sequences[1].cache = &cache;
  EXPECT_THROW(check(input), std::invalid_argument) << "an empty one";
  input.sequences[1].cache = &filled;
  EXPECT_NO_THROW(check(input));
  input.sequences[1].first_position = 6;
  EXPECT_THROW(check(input), std::invalid_argument) << "beyond the model's length";
  input.sequences[1].first_position = 0;
  EXPECT_THROW(check(input), std::invalid_argument) << "fewer than it has memory for";
  input.sequences[1].cache = &cache;
  EXPECT_NO_THROW(check(input));
  input.sequences[0].cache = &cache;
  EXPECT_THROW(check(input), std::invalid_argument) << "shared";
  input.sequences[0].cache = nullptr;
  input.sequences[1].first_position = -1;
  EXPECT_THROW(check(input), std::invalid_argument);
}

}  // namespace
}  // namespace evotoken::model
