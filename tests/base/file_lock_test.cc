#include "base/file_lock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace evotoken {
namespace {

TEST(FileLock, KeepsOthersOutWhileItLives) {
  const std::filesystem::path path = std::filesystem::path(testing::TempDir()) / "locked.jsonl";
  {
    const FileLock lock(path);
    try {
      const FileLock second(path);
      FAIL() << "a second lock must be refused";
    } catch (const DeviceError& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr("locked.jsonl.lock: held by another run"));
    }
  }
  const FileLock again(path);
}

TEST(FileLock, NamesAFolderThatIsNotThere) {
  EXPECT_THROW(FileLock("/nowhere/at/all"), DeviceError);
}

}  // namespace
}  // namespace evotoken
