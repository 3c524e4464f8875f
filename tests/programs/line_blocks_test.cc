#include "programs/line_blocks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <vector>

#include "base/error.h"

namespace evotoken::programs {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

using Lines = std::vector<std::pair<std::size_t, std::string>>;

Lines lines_of(const std::string& text, std::size_t* blocks = nullptr) {
  std::istringstream stream(text);
  LineReader reader(stream, "input");
  Lines lines;
  while (const auto block = reader.next()) {
    if (blocks != nullptr) ++*blocks;
    block->for_each_line(
        [&](std::string_view line, std::size_t number) { lines.emplace_back(number, line); });
  }
  return lines;
}

TEST(LineReader, NumbersLinesAndLeavesBlankOnesOut) {
  EXPECT_THAT(lines_of("a\n\n \t\r\nb\r\nc"),
              ElementsAre(Pair(1, "a"), Pair(4, "b\r"), Pair(5, "c")));
  EXPECT_TRUE(lines_of("").empty());
  EXPECT_TRUE(lines_of("\n\n").empty());
}

TEST(LineReader, CutsLongTextsBetweenLinesOnly) {
  std::string text;
  Lines expected;
  for (std::size_t i = 1; i <= 40; ++i) {
    // Lines of up to 600 KiB: longer than a block, and shorter.
    expected.emplace_back(i,
                          std::string(i % 4 == 0 ? 600'000 : i * 1000, static_cast<char>('A' + i)));
    text += expected.back().second + '\n';
  }
  std::size_t blocks = 0;
  EXPECT_EQ(lines_of(text, &blocks), expected);
  EXPECT_GT(blocks, 10U);
}

TEST(OpenLines, SaysWhatReadFileSays) {
  EXPECT_THROW(open_lines("/nonexistent/file"), DataError);
  EXPECT_THROW(open_lines("/tmp"), DataError);
  EXPECT_THROW(open_lines("/dev/zero"), DataError);
}

}  // namespace
}  // namespace evotoken::programs
