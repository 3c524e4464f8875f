// Every layout in which users have the data.
#include "datasets/locate.h"

#include <gtest/gtest.h>

#include "datasets/countdown.h"
#include "datasets/gsm8k.h"
#include "datasets/math500.h"
#include "datasets/svamp.h"
#include "tests/datasets/fixtures.h"

namespace evotoken::datasets {
namespace {

constexpr const char* kGsm8k = R"({"question": "q", "answer": "#### 1"})";
constexpr const char* kMath500 = R"({"problem": "p", "answer": "1"})";
constexpr const char* kSvamp = R"([{"Body": "b", "Question": "q", "Answer": 1.0}])";
constexpr const char* kCountdown = R"({"input": "1,2", "output": "3"})";

/// Where `find` leads, relative to the folder, when only `name` is there.
template <typename Find>
std::string found(const std::string& name, const char* content, const Find& find) {
  const testing::TemporaryDir dir;
  put(dir.path(), name, content);
  return std::filesystem::relative(find(dir.path()), dir.path()).string();
}

TEST(Locate, Gsm8kLayouts) {
  for (const char* name : {"gsm8k/test.jsonl", "GSM8K/test.jsonl", "test.jsonl", "data/test.jsonl",
                           "grade_school_math/data/test.jsonl", "gsm8k_test.jsonl",
                           "grade-school-math/grade_school_math/data/test.jsonl"}) {
    EXPECT_EQ(found(name, kGsm8k, find_gsm8k), name);
  }
}

TEST(Locate, Math500Layouts) {
  for (const char* name :
       {"math500/test.jsonl", "MATH-500/test.jsonl", "test.jsonl", "math/test.jsonl",
        "HuggingFaceH4/MATH-500/test.jsonl", "prm800k/math_splits/test.jsonl"}) {
    EXPECT_EQ(found(name, kMath500, find_math500), name);
  }
}

TEST(Locate, CountdownLayouts) {
  for (const char* name :
       {"countdown_cd3_test.jsonl", "countdown/countdown_cd3_test.jsonl",
        "dataset/countdown_cd3_test.jsonl", "countdown/test.jsonl", "test.jsonl"}) {
    EXPECT_EQ(found(name, kCountdown, find_countdown), name);
  }
}

TEST(Locate, SvampLayouts) {
  const auto find_path = [](const auto& dir) { return find_svamp(dir).path; };
  for (const char* name :
       {"SVAMP.json", "svamp/SVAMP.json", "SVAMP/SVAMP.json", "test.json", "test.jsonl",
        "svamp/test.json", "svamp/test.jsonl", "ChilleD/SVAMP/test.json"}) {
    EXPECT_EQ(found(name, kSvamp, find_path), name);
  }
}

TEST(Locate, SvampPrefersThePublishedSplit) {
  const testing::TemporaryDir dir;
  put(dir.path(), "svamp/SVAMP.json", kSvamp);
  EXPECT_EQ(find_svamp(dir.path()).split, SvampSplit::kAll);
  put(dir.path(), "svamp/test.json", kSvamp);
  EXPECT_EQ(find_svamp(dir.path()).split, SvampSplit::kTest);
  EXPECT_EQ(find_svamp(dir.path() / "svamp").path, dir.path() / "svamp" / "test.json");
}

TEST(Locate, ASharedNameIsToldApartByItsFields) {
  const testing::TemporaryDir dir;
  put(dir.path(), "test.jsonl", kGsm8k);
  put(dir.path(), "SVAMP.json", kSvamp);
  EXPECT_EQ(find_gsm8k(dir.path()), dir.path() / "test.jsonl");
  EXPECT_EQ(find_svamp(dir.path()).path, dir.path() / "SVAMP.json");
  EXPECT_THROW(find_math500(dir.path()), DataError);
  EXPECT_THROW(find_countdown(dir.path()), DataError);
}

TEST(Locate, TrainingSets) {
  const testing::TemporaryDir dir;
  EXPECT_FALSE(find_gsm8k_train(dir.path()));
  EXPECT_FALSE(find_math500_train(dir.path()));
  EXPECT_FALSE(find_svamp_train(dir.path()));
  put(dir.path(), "gsm8k/train.jsonl", kGsm8k);
  put(dir.path(), "math500/train.jsonl", kMath500);
  put(dir.path(), "svamp/train.json", kSvamp);
  EXPECT_EQ(find_gsm8k_train(dir.path()), dir.path() / "gsm8k/train.jsonl");
  EXPECT_EQ(find_math500_train(dir.path()), dir.path() / "math500/train.jsonl");
  EXPECT_EQ(read_svamp(*find_svamp_train(dir.path())).split, "train 1 (ChilleD)");
}

TEST(Locate, ErrorsListThePlaces) {
  const testing::TemporaryDir dir;
  EXPECT_EQ(data_error(dir.path(), [&] { find_countdown(dir.path()); }),
            "DIR: no Countdown test set found, expected one of countdown/countdown_cd3_test.jsonl, "
            "Countdown/countdown_cd3_test.jsonl, dataset/countdown_cd3_test.jsonl, "
            "d1/dataset/countdown_cd3_test.jsonl, countdown/dataset/countdown_cd3_test.jsonl, "
            "countdown_cd3_test.jsonl, countdown/test.jsonl, test.jsonl with field \"input\"; run "
            "datasets/download.sh DIR or leave --data_dir out to use the built-in samples");
  EXPECT_EQ(data_error(dir.path(), [&] { find_svamp(dir.path() / "none"); }),
            "DIR/none: is no folder, expected the folder that holds the data sets; check "
            "--data_dir");
  // A folder in the place of the file is not the file.
  std::filesystem::create_directories(dir.path() / "gsm8k" / "test.jsonl");
  EXPECT_THROW(find_gsm8k(dir.path()), DataError);
}

}  // namespace
}  // namespace evotoken::datasets
