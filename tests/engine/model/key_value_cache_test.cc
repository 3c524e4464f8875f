// Passes over some rows of a sequence with a cache of the others.
#include "engine/model/key_value_cache.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <utility>

#include "tests/engine/golden_model.h"

namespace evotoken::model {
namespace {

constexpr std::int64_t kLength = 24;

at::Tensor ids() { return at::arange(5, 5 + kLength, at::kLong); }

/// Logits of the rows [begin, end) in a pass that computes these rows only.
at::Tensor part(const LladaModel& model, KeyValueCache& cache, std::int64_t begin,
                std::int64_t end) {
  PackedInput input = PackedInput::hard(ids().narrow(0, begin, end - begin), {{end - begin, 0}});
  input.sequences[0].cache = &cache;
  input.sequences[0].first_position = begin;
  return model.forward(input);
}

TEST(KeyValueCache, RowsBesideCachedOnesGiveTheLogitsOfAFullPass) {
  const c10::InferenceMode inference;
  for (const char* name : {"toy-mha", "toy-gqa"}) {
    const LladaModel& model = testing::golden_model(name);
    const at::Tensor whole = model.forward(PackedInput::hard(ids(), {{kLength, 0}}));
    KeyValueCache cache;
    EXPECT_LT((part(model, cache, 0, kLength) - whole).abs().max().item<float>(), 1e-5) << name;
    for (const auto& [begin, end] : {std::pair{8, 16}, {16, 24}, {1, 24}}) {
      const at::Tensor logits = part(model, cache, begin, end);
      const at::Tensor expected = whole.narrow(0, begin, end - begin);
      EXPECT_LT((logits - expected).abs().max().item<float>(), 1e-4)
          << name << " rows " << begin << " to " << end;
    }
  }
}

TEST(KeyValueCache, TakesTheOtherRowsAsTheyWere) {
  const c10::InferenceMode inference;
  const LladaModel& model = testing::golden_model("toy-mha");
  KeyValueCache cache;
  part(model, cache, 0, kLength);
  const at::Tensor before = part(model, cache, 8, 16);
  // A full pass over another text makes other keys: the same rows now see other surroundings.
  PackedInput other = PackedInput::hard(ids().flip(0), {{kLength, 0}});
  other.sequences[0].cache = &cache;
  model.forward(other);
  EXPECT_GT((part(model, cache, 8, 16) - before).abs().max().item<float>(), 1e-3);
}

TEST(KeyValueCache, RowsThatItDoesNotHoldAreRefused) {
  const LladaModel& model = testing::golden_model("toy-mha");
  KeyValueCache empty;
  EXPECT_THROW(part(model, empty, 8, 16), std::invalid_argument);
}

}  // namespace
}  // namespace evotoken::model
