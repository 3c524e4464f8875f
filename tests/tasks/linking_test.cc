// The tasks register in a program that names none of them and links them through a static library
// only (tasks/CMakeLists.txt says why that needs care).
#include <gtest/gtest.h>

#include <cstddef>

namespace evotoken::tasks {

std::size_t count_tasks_through_a_library();  // between.cc

TEST(Linking, TasksSurviveAStaticLibraryInBetween) {
  EXPECT_GE(count_tasks_through_a_library(), 4U);
}

}  // namespace evotoken::tasks
