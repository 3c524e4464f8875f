#include "reports/markup.h"

#include <gtest/gtest.h>

namespace evotoken::reports {
namespace {

TEST(Markup, NothingOfATextIsMarkup) {
  EXPECT_EQ(escaped_markup("a<b> & \"c\""), "a&lt;b&gt; &amp; &quot;c&quot;");
  EXPECT_EQ(escaped_markup("line\nline\ttab"), "line&#10;line\ttab");
  EXPECT_EQ(escaped_markup(std::string_view("\x1b[0m\0\x08", 6)), "[0m") << "not in XML 1.0";
  EXPECT_EQ(escaped_markup("né 日本"), "né 日本");
}

}  // namespace
}  // namespace evotoken::reports
