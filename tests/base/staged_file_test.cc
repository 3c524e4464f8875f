#include "base/staged_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/error.h"
#include "base/files.h"
#include "tests/support.h"

namespace evotoken {
namespace {

namespace fs = std::filesystem;
using testing::TemporaryDir;

std::ptrdiff_t files_in(const fs::path& folder) {
  return std::distance(fs::directory_iterator(folder), {});
}

TEST(StagedFile, TakesItsPlaceOnlyWhenPublished) {
  const TemporaryDir dir;
  const fs::path path = dir.path() / "new" / "file";
  {
    const StagedFile given_up(path);
    std::ofstream(given_up.written()) << "half";
    EXPECT_FALSE(fs::exists(path));
  }
  EXPECT_EQ(files_in(path.parent_path()), 0);
  StagedFile staged(path);
  std::ofstream(staged.written()) << "whole";
  staged.publish();
  EXPECT_EQ(read_file(path), "whole");
  EXPECT_EQ(files_in(path.parent_path()), 1);
}

TEST(StagedFile, ADeviceIsWrittenToItself) {
  StagedFile staged("/dev/null");
  EXPECT_EQ(staged.written(), "/dev/null");
  staged.publish();
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST(StagedFile, ALinkLeadsToAFileThatIsNotThereYet) {
  const TemporaryDir dir;
  fs::create_symlink("below/file", dir.path() / "link");
  StagedFile staged(dir.path() / "link");
  std::ofstream(staged.written()) << "x";
  staged.publish();
  EXPECT_TRUE(fs::is_symlink(dir.path() / "link"));
  EXPECT_EQ(read_file(dir.path() / "below" / "file"), "x");
}

TEST(StagedFile, LinksInACircleAndFoldersAreRefused) {
  const TemporaryDir dir;
  fs::create_symlink("two", dir.path() / "one");
  fs::create_symlink("one", dir.path() / "two");
  EXPECT_THROW(StagedFile{dir.path() / "one"}, DeviceError);
  EXPECT_THROW(StagedFile{dir.path()}, DeviceError);
}

}  // namespace
}  // namespace evotoken
