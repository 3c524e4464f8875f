#include "reports/text_table.h"

#include <gtest/gtest.h>

namespace evotoken::reports {
namespace {

TEST(TextTable, AlignsByCharactersNotBytes) {
  TextTable table({{"name", false}, {"value"}, {"note", false}});
  table.add_row({"α", "–", "x"});
  table.add_row({"beta", "12.50", ""});
  EXPECT_EQ(table.to_text(),
            "name  value  note\n"
            "----  -----  ----\n"
            "α         –  x\n"
            "beta  12.50\n");
}

TEST(TextTable, MarkdownEscapesBars) {
  TextTable table({{"a|b", false}, {"n"}});
  table.add_row({"x|y\nz", "1"});
  EXPECT_EQ(table.to_markdown(),
            "| a\\|b | n |\n"
            "| --- | ---: |\n"
            "| x\\|y z | 1 |\n");
}

TEST(TextTable, FillsShortRows) {
  TextTable table({{"a"}, {"b"}});
  EXPECT_TRUE(table.empty());
  table.add_row({"1"});
  EXPECT_EQ(table.to_markdown(), "| a | b |\n| ---: | ---: |\n| 1 |  |\n");
}

}  // namespace
}  // namespace evotoken::reports
