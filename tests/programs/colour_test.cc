#include "programs/colour.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

namespace evotoken::programs {
namespace {

TEST(Colour, PaintsTitlesRulesAndVerdicts) {
  EXPECT_EQ(
      coloured("setup  verdict\n-----  -------\na      REGRESSION\nb      improved\n-1 stays\n"),
      "\x1b[1msetup  verdict\x1b[0m\n\x1b[2m-----  -------\x1b[0m\n"
      "a      \x1b[1m\x1b[31mREGRESSION\x1b[0m\nb      \x1b[32mimproved\x1b[0m\n-1 stays\n");
}

TEST(Colour, NothingButATerminalSeesIt) {
  const int file = ::open("/dev/null", O_WRONLY);
  EXPECT_FALSE(shows_colour(file));
  EXPECT_EQ(for_terminal("a\n--\nREGRESSION\n", file), "a\n--\nREGRESSION\n");
  ::close(file);
}

TEST(Colour, IsKeptOffWhereTheUserSaysSo) {
  const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY);
  if (terminal < 0 || ::isatty(terminal) != 1) GTEST_SKIP() << "no pseudo-terminal here";
  ::setenv("TERM", "xterm", 1);
  ::unsetenv("NO_COLOR");
  EXPECT_TRUE(shows_colour(terminal));
  ::setenv("NO_COLOR", "1", 1);
  EXPECT_FALSE(shows_colour(terminal));
  ::setenv("NO_COLOR", "", 1);  // empty is not set, says no-color.org
  EXPECT_TRUE(shows_colour(terminal));
  ::setenv("TERM", "dumb", 1);
  EXPECT_FALSE(shows_colour(terminal));
  ::unsetenv("NO_COLOR");
  ::close(terminal);
}

}  // namespace
}  // namespace evotoken::programs
