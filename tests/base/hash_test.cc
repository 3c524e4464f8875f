#include "base/hash.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"
#include "tests/support.h"

namespace evotoken {
namespace {

TEST(Hash, IsXxh3OfTheBytes) {
  // From the xxHash reference: `printf '' | xxh128sum`, `printf 'abc' | xxh128sum`.
  EXPECT_EQ(content_hash(""), "99aa06d3014798d86001c324468d497f");
  EXPECT_EQ(content_hash("abc"), "06b05ab6733a618578af5f94892f3950");
}

TEST(Hash, AFileHashesLikeItsContent) {
  const testing::TemporaryDir dir;
  const std::string content(3'000'001, 'x');  // more than one piece
  write_file_atomically(dir.path() / "file", content);
  EXPECT_EQ(file_hash(dir.path() / "file"), content_hash(content));
  EXPECT_THROW(file_hash(dir.path() / "none"), DataError);
}

}  // namespace
}  // namespace evotoken
