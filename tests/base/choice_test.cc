#include "base/choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace evotoken {
namespace {

enum class Colour { kRed, kGreen };
enum class Nameless { kOne };

}  // namespace

template <>
inline constexpr std::array<Choice<Colour>, 2> kChoices<Colour> = {
    {{Colour::kGreen, "green"}, {Colour::kRed, "red"}}};

namespace {

static_assert(Chosen<Colour>);
static_assert(!Chosen<Nameless>);
static_assert(!Chosen<int>);

TEST(Choice, EveryNameLeadsToItsValueAndBack) {
  EXPECT_THAT(choice_names<Colour>(), testing::ElementsAre("green", "red"));
  EXPECT_EQ(choice_name(Colour::kRed), "red");
  EXPECT_EQ(parse_choice<Colour>("--colour", "green"), Colour::kGreen);
}

TEST(Choice, AnotherNameIsRefusedWithTheKnown) {
  try {
    parse_choice<Colour>("--colour", "Red");
    FAIL() << "no error";
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(),
                 "--colour: \"Red\" is unknown, expected one of green, red; change it");
  }
}

}  // namespace
}  // namespace evotoken
