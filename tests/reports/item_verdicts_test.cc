#include "reports/item_verdicts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/audit.h"

namespace evotoken::reports {
namespace {

using ::testing::ElementsAre;

ItemVerdicts verdicts(const std::vector<std::pair<std::string, std::optional<bool>>>& items) {
  ItemVerdicts made;
  for (const auto& [identity, correct] : items) made.add(identity, correct);
  made.sort();
  return made;
}

TEST(ItemKey, SortsAsIdentitiesDo) {
  const std::string low = "00000000000000ff" + std::string(16, 'f');
  const std::string high = "0000000000000100" + std::string(16, '0');
  EXPECT_LT(ItemKey(low), ItemKey(high));
  EXPECT_EQ(ItemKey(low), ItemKey(low));
  EXPECT_NE(ItemKey(std::string("a")), ItemKey(std::string("b")));
  EXPECT_FALSE(ItemKey(std::string()).is_known());
  EXPECT_TRUE(ItemKey(std::string(32, '0')).is_known());
  EXPECT_TRUE(ItemKey(sample_identity("q", "")).is_known());
}

TEST(ItemVerdicts, CountsEachItemOnceAndUnknownOnesApart) {
  const ItemVerdicts items =
      verdicts({{"a", true}, {"b", false}, {"a", false}, {"", true}, {"", {}}});
  EXPECT_EQ(items.distinct(), 4);
  EXPECT_FALSE(items.is_complete());
  EXPECT_EQ(ItemVerdicts().distinct(), 0);
}

TEST(ItemVerdicts, CompleteMeansKnownGradedAndOnce) {
  EXPECT_TRUE(verdicts({{"a", true}, {"b", false}}).is_complete());
  EXPECT_FALSE(verdicts({{"a", true}, {"a", false}}).is_complete());
  EXPECT_FALSE(verdicts({{"a", true}, {"b", {}}}).is_complete());
  EXPECT_FALSE(verdicts({{"a", true}, {"", true}}).is_complete());
}

TEST(ItemVerdicts, ComparesItemsWhateverTheirVerdicts) {
  const ItemVerdicts items = verdicts({{"a", true}, {"b", false}});
  EXPECT_TRUE(items.has_same_items(verdicts({{"b", true}, {"a", false}})));
  EXPECT_FALSE(items.has_same_items(verdicts({{"a", true}})));
  EXPECT_FALSE(items.has_same_items(verdicts({{"a", true}, {"c", false}})));
  const std::string first(32, '1');
  const std::string second(32, '2');
  EXPECT_THAT(verdicts({{second, true}, {first, false}}).correct(), ElementsAre(false, true));
}

}  // namespace
}  // namespace evotoken::reports
