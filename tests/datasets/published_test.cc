// The real test sets, where they lie beside the checkout (../shared/datasets).
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "datasets/countdown.h"
#include "datasets/gsm8k.h"
#include "datasets/math500.h"
#include "datasets/svamp.h"
#include "tests/support.h"

namespace evotoken::datasets {
namespace {

class PublishedTest : public ::testing::Test {
 protected:
  void SetUp() override {
    dir_ = testing::shared_dir("datasets");
    if (dir_.empty()) GTEST_SKIP() << "no ../shared/datasets";
  }
  std::filesystem::path dir_;
};

/// What follows the last "####" of a GSM8K answer.
std::string gold_text(const Sample& sample) {
  return sample.answer.substr(sample.answer.rfind("####") + 5);
}

TEST_F(PublishedTest, Gsm8k) {
  const Dataset test = read_gsm8k(find_gsm8k(dir_));
  ASSERT_EQ(test.samples.size(), 1319);
  const auto has = [](char wanted) {
    return [wanted](const Sample& sample) {
      return gold_text(sample).find(wanted) != std::string::npos;
    };
  };
  EXPECT_EQ(std::count_if(test.samples.begin(), test.samples.end(), has(',')), 14);
  EXPECT_EQ(std::count_if(test.samples.begin(), test.samples.end(), has('-')), 2);
  EXPECT_EQ(gold_text(test.samples[489]), "-10");
  EXPECT_EQ(gold_text(test.samples[1113]), "-3");
  EXPECT_EQ(test.samples[1318].id, "gsm8k/test/1318");

  const Dataset train = read_gsm8k(find_gsm8k_train(dir_).value(), "train");
  EXPECT_EQ(train.samples.size(), 7473);
  EXPECT_EQ(std::count_if(train.samples.begin(), train.samples.end(),
                          [](const Sample& sample) {
                            return gold_text(sample).find_first_not_of("0123456789") !=
                                   std::string::npos;
                          }),
            82);
}

TEST_F(PublishedTest, Math500) {
  const Dataset test = read_math500(find_math500(dir_));
  ASSERT_EQ(test.samples.size(), 500);
  EXPECT_EQ(test.samples[0].answer, "\\left( 3, \\frac{\\pi}{2} \\right)");
  EXPECT_EQ(test.samples[0].subject, "Precalculus");
  EXPECT_EQ(test.samples[0].level, "2");
  for (const Sample& sample : test.samples) EXPECT_FALSE(sample.solution.empty()) << sample.id;
}

TEST_F(PublishedTest, Svamp) {
  const Dataset all = read_svamp(find_svamp(dir_));
  EXPECT_EQ(all.split, "all 1000");
  ASSERT_EQ(all.samples.size(), 1000);
  EXPECT_EQ(all.samples[0].answer, "51.0");
  // Upstream's answer, although its own equation gives 5.
  EXPECT_EQ(all.samples[679].answer, "1.0");
  EXPECT_EQ(all.samples[679].solution, "( ( 4.0 - 2.0 ) + 3.0 )");
  for (const Sample& sample : all.samples) EXPECT_TRUE(sample.answer.ends_with(".0")) << sample.id;
}

TEST_F(PublishedTest, Countdown) {
  const Dataset test = read_countdown(find_countdown(dir_));
  ASSERT_EQ(test.samples.size(), 256);
  EXPECT_EQ(test.samples[0].question, "Numbers: [30, 100, 93]\nTarget: 23");
  const auto repeats = [](const Sample& sample) {
    return std::set(sample.numbers.begin(), sample.numbers.end()).size() < sample.numbers.size();
  };
  EXPECT_EQ(std::count_if(test.samples.begin(), test.samples.end(), repeats), 8);
}

TEST_F(PublishedTest, TheTaskFolderItselfWorksToo) {
  EXPECT_EQ(find_gsm8k(dir_ / "gsm8k"), dir_ / "gsm8k" / "test.jsonl");
  EXPECT_EQ(find_math500(dir_ / "math500"), dir_ / "math500" / "test.jsonl");
  EXPECT_EQ(find_svamp(dir_ / "svamp").path, dir_ / "svamp" / "SVAMP.json");
  EXPECT_EQ(find_countdown(dir_ / "countdown"), dir_ / "countdown" / "countdown_cd3_test.jsonl");
}

TEST_F(PublishedTest, BuiltinQuestionsAreOurOwn) {
  std::set<std::string> published;
  for (const Dataset& dataset :
       {read_gsm8k(find_gsm8k(dir_)), read_gsm8k(find_gsm8k_train(dir_).value(), "train"),
        read_math500(find_math500(dir_)), read_svamp(find_svamp(dir_)),
        read_countdown(find_countdown(dir_))}) {
    for (const Sample& sample : dataset.samples) published.insert(sample.question);
  }
  for (const Dataset& dataset :
       {builtin_gsm8k(), builtin_gsm8k_examples(), builtin_math500(), builtin_math500_examples(),
        builtin_svamp(), builtin_svamp_examples(), builtin_countdown(),
        builtin_countdown_examples()}) {
    for (const Sample& sample : dataset.samples) {
      EXPECT_FALSE(published.contains(sample.question)) << sample.id << ": " << sample.question;
    }
  }
}

}  // namespace
}  // namespace evotoken::datasets
