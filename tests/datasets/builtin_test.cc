// Every built-in gold is derived again here, by other means than it was written with.
#include "datasets/builtin.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <stdexcept>

#include "datasets/countdown.h"
#include "datasets/gsm8k.h"
#include "datasets/math500.h"
#include "datasets/records.h"
#include "datasets/svamp.h"
#include "tests/datasets/arithmetic.h"
#include "tests/datasets/fixtures.h"

namespace evotoken::datasets {
namespace {

using ::testing::ElementsAreArray;
using ::testing::UnorderedElementsAreArray;

struct Builtin {
  Dataset samples;
  Dataset examples;
};

std::vector<Builtin> all_builtin() {
  return {{builtin_countdown(), builtin_countdown_examples()},
          {builtin_gsm8k(), builtin_gsm8k_examples()},
          {builtin_math500(), builtin_math500_examples()},
          {builtin_svamp(), builtin_svamp_examples()}};
}

std::vector<Sample> samples_and_examples(const Dataset& samples, const Dataset& examples) {
  std::vector<Sample> all = samples.samples;
  all.insert(all.end(), examples.samples.begin(), examples.samples.end());
  return all;
}

std::filesystem::path source_folder() {
  return std::filesystem::path(EVOTOKEN_SOURCE_DIR) / "datasets" / "builtin";
}

std::string source_file(std::string_view name) { return read_file(source_folder() / name); }

/// The data files of the source tree, e.g. "gsm8k/written.jsonl".
std::vector<std::string> source_names() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(source_folder())) {
    const std::filesystem::path extension = entry.path().extension();
    if (extension != ".json" && extension != ".jsonl") continue;
    names.push_back(entry.path().lexically_relative(source_folder()).generic_string());
  }
  return names;
}

TEST(Builtin, EnoughOfEverything) {
  for (const auto& [samples, examples] : all_builtin()) {
    EXPECT_GE(samples.samples.size(), 60) << samples.name;
    EXPECT_GE(examples.samples.size(), 8) << samples.name;
    EXPECT_EQ(samples.split, "builtin");
    EXPECT_EQ(samples.path, "builtin");
    EXPECT_EQ(samples.content_hash.size(), 32);
  }
}

TEST(Builtin, IdsAreUniqueAndStable) {
  std::set<std::string> ids;
  for (const auto& [samples, examples] : all_builtin()) {
    for (const Dataset& dataset : {samples, examples}) {
      for (std::size_t i = 0; i < dataset.samples.size(); ++i) {
        EXPECT_EQ(dataset.samples[i].index, i);
        EXPECT_EQ(dataset.samples[i].id, fmt::format("{}/{}/{}", dataset.name, dataset.split, i));
        EXPECT_TRUE(ids.insert(dataset.samples[i].id).second) << dataset.samples[i].id;
      }
    }
  }
  EXPECT_TRUE(ids.contains("gsm8k/builtin/0"));
  EXPECT_TRUE(ids.contains("svamp/builtin-examples/7"));
}

TEST(Builtin, NoQuestionTwiceAndNoExampleAmongTheSamples) {
  for (const auto& [samples, examples] : all_builtin()) {
    std::set<std::string> questions;
    for (const Sample& sample : samples_and_examples(samples, examples)) {
      std::vector<std::int64_t> numbers = sample.numbers;
      std::sort(numbers.begin(), numbers.end());
      std::string key = numbers.empty() ? sample.question : sample.answer + " from";
      for (const std::int64_t number : numbers) key += fmt::format(" {}", number);
      EXPECT_TRUE(questions.insert(key).second) << sample.id << ": " << sample.question;
    }
  }
}

TEST(Builtin, EmbeddedBytesAreTheFiles) {
  std::vector<std::string> embedded;
  for (std::size_t i = 0; i < detail::kEmbeddedFileCount; ++i) {
    const std::string name(detail::kEmbeddedFiles[i].name);
    EXPECT_EQ(builtin_file(name), source_file(name)) << name;
    embedded.push_back(name);
  }
  EXPECT_THAT(embedded, UnorderedElementsAreArray(source_names()))
      << "builtin_files in datasets/CMakeLists.txt";
  EXPECT_THROW(builtin_file("gsm8k/none.jsonl"), std::out_of_range);
}

TEST(Builtin, TheGeneratorStillWritesTheCommittedFiles) {
  const testing::TemporaryDir dir;
  const std::string command =
      fmt::format("{}/evotoken-make-builtin '{}'", EVOTOKEN_BIN_DIR, dir.path().string());
  ASSERT_EQ(std::system(command.c_str()), 0);
  for (const char* name : {"countdown/generated.jsonl", "gsm8k/generated.jsonl",
                           "math500/generated.jsonl", "svamp/generated.json"}) {
    EXPECT_EQ(read_file(dir.path() / name), source_file(name))
        << name << ": run evotoken-make-builtin datasets/builtin";
  }
}

/// A value that can be made from some of the numbers, or nothing where it divides by zero.
using Fraction = std::pair<std::int64_t, std::int64_t>;

std::optional<Fraction> combine(char operation, Fraction a, Fraction b) {
  switch (operation) {
    case '+':
      return Fraction{a.first * b.second + b.first * a.second, a.second * b.second};
    case '-':
      return Fraction{a.first * b.second - b.first * a.second, a.second * b.second};
    case '*':
      return Fraction{a.first * b.first, a.second * b.second};
    default:
      if (b.first == 0) return std::nullopt;
      return Fraction{a.first * b.second, a.second * b.first};
  }
}

/// Whether combining all values, two at a time in any order, can give `target`.
bool reachable(const std::vector<Fraction>& values, std::int64_t target) {
  if (values.size() == 1) return values[0].first == target * values[0].second;
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (std::size_t j = 0; j < values.size(); ++j) {
      if (i == j) continue;
      std::vector<Fraction> rest;
      for (std::size_t k = 0; k < values.size(); ++k) {
        if (k != i && k != j) rest.push_back(values[k]);
      }
      for (const char operation : {'+', '-', '*', '/'}) {
        const auto combined = combine(operation, values[i], values[j]);
        if (!combined) continue;
        rest.push_back(*combined);
        if (reachable(rest, target)) return true;
        rest.pop_back();
      }
    }
  }
  return false;
}

TEST(Builtin, EveryCountdownProblemHasASolution) {
  for (const Sample& sample :
       samples_and_examples(builtin_countdown(), builtin_countdown_examples())) {
    std::vector<Fraction> values;
    for (const std::int64_t number : sample.numbers) values.emplace_back(number, 1);
    EXPECT_TRUE(reachable(values, std::stoll(sample.answer)))
        << sample.id << " " << sample.question;
  }
  EXPECT_FALSE(reachable({{12, 1}, {12, 1}, {5, 1}}, 60));
}

TEST(Builtin, CountdownExamplesSolveTheirProblem) {
  for (const Sample& sample : builtin_countdown_examples().samples) {
    std::string expression;
    ASSERT_TRUE(RE2::PartialMatch(sample.solution, R"(\\boxed\{([^}]*)\}\.$)", &expression));
    EXPECT_EQ(evaluate(expression).real(), std::stod(sample.answer)) << sample.id;
    std::vector<std::int64_t> used;
    std::int64_t number = 0;
    re2::StringPiece rest(expression);
    while (RE2::FindAndConsume(&rest, R"((\d+))", &number)) used.push_back(number);
    std::sort(used.begin(), used.end());
    std::vector<std::int64_t> given = sample.numbers;
    std::sort(given.begin(), given.end());
    EXPECT_THAT(used, ElementsAreArray(given)) << sample.id;
    // Every claim "a op b is c" on the way.
    RE2 claim(R"((\d+ [-+*/] \d+) is (\d+))");
    std::string left;
    std::string right;
    re2::StringPiece text(sample.solution);
    int claims = 0;
    for (; RE2::FindAndConsume(&text, claim, &left, &right); ++claims) {
      EXPECT_EQ(evaluate(left).real(), std::stod(right)) << sample.solution;
    }
    EXPECT_GE(claims, 1) << sample.solution;
  }
}

TEST(Builtin, Gsm8kAnnotationsAreTrueAndEndInTheGold) {
  const RE2 annotation(R"(<<([^=>]+)=([^>]+)>>(-?[\d.]+\d|-?\d))");
  for (const Sample& sample : samples_and_examples(builtin_gsm8k(), builtin_gsm8k_examples())) {
    re2::StringPiece rest(sample.answer);
    std::string left;
    std::string right;
    std::string repeated;
    int count = 0;
    for (; RE2::FindAndConsume(&rest, annotation, &left, &right, &repeated); ++count) {
      EXPECT_NEAR(evaluate(left).real(), std::stod(right), 1e-9) << sample.id << ": " << left;
      EXPECT_EQ(right, repeated) << sample.id;
    }
    EXPECT_GE(count, 1) << sample.id;
    std::string gold;
    ASSERT_TRUE(RE2::PartialMatch(sample.answer, R"(\n#### (-?[\d,.]+)$)", &gold)) << sample.id;
    std::erase(gold, ',');
    EXPECT_EQ(gold, right) << sample.id;
    // As many annotations as the text has "<<": none escaped the pattern.
    int marks = 0;
    for (auto at = sample.answer.find("<<"); at != std::string::npos;
         at = sample.answer.find("<<", at + 1)) {
      ++marks;
    }
    EXPECT_EQ(marks, count) << sample.id;
  }
}

TEST(Builtin, SvampEquationsGiveTheAnswer) {
  for (const Sample& sample : builtin_svamp().samples) {
    EXPECT_EQ(evaluate(sample.solution).real(), std::stod(sample.answer)) << sample.id;
    // Every number of the equation stands in the text.
    re2::StringPiece rest(sample.solution);
    std::string number;
    while (RE2::FindAndConsume(&rest, R"((\d+)\.0)", &number)) {
      EXPECT_TRUE(RE2::PartialMatch(sample.question, fmt::format("\\b{}\\b", number)))
          << sample.id << ": " << number;
    }
  }
  const auto examples = nlohmann::json::parse(builtin_file("svamp/examples.json"));
  for (const auto& example : examples) {
    EXPECT_EQ(evaluate(example["Equation"].get<std::string>()).real(), example["Answer"]);
    const std::string solution = example["Solution"];
    const auto answer = static_cast<int>(example["Answer"].get<double>());
    EXPECT_TRUE(solution.ends_with(fmt::format("\\boxed{{{}}}.", answer))) << solution;
  }
}

/// Rows as the file has them: `checks` is for this test alone, the reader does not know it.
std::vector<nlohmann::json> math500_rows() {
  std::vector<nlohmann::json> rows;
  for (const char* name :
       {"math500/written.jsonl", "math500/generated.jsonl", "math500/examples.jsonl"}) {
    for_each_record({name, std::string(builtin_file(name))}, "", [&](const Record& record) {
      rows.push_back({{"answer", record.text("answer")},
                      {"solution", record.text("solution")},
                      {"level", record.value("level")},
                      {"subject", record.text("subject")},
                      {"checks", record.value("checks")}});
    });
  }
  return rows;
}

TEST(Builtin, Math500GoldsPassTheirChecks) {
  for (const nlohmann::json& row : math500_rows()) {
    const std::string gold = row["answer"];
    ASSERT_FALSE(row["checks"].empty()) << gold;
    bool mentions_gold = gold.find("\\text") != std::string::npos;
    for (const std::string check : row["checks"]) {
      EXPECT_TRUE(check_holds(check, gold)) << gold << ": " << check;
      mentions_gold = mentions_gold || check.find("GOLD") != std::string::npos;
    }
    EXPECT_TRUE(mentions_gold) << gold;
    EXPECT_TRUE(
        row["solution"].get<std::string>().ends_with(fmt::format(" $\\boxed{{{}}}$.", gold)))
        << gold;
    EXPECT_GE(row["level"], 1);
    EXPECT_LE(row["level"], 5);
  }
}

TEST(Builtin, Math500KindsOfAnswer) {
  const std::vector<const char*> kinds = {
      "\\frac",  "\\sqrt", "\\pi", "\\text", "\\infty", "\\cup", "pmatrix", "\\{", "\\pm",
      "^\\circ", "\\%",    "_7",   "x^2",    "i",       "y =",   "c >",     "[",   "0."};
  const Dataset dataset = builtin_math500();
  for (const char* kind : kinds) {
    EXPECT_TRUE(std::any_of(
        dataset.samples.begin(), dataset.samples.end(),
        [kind](const Sample& sample) { return sample.answer.find(kind) != std::string::npos; }))
        << kind;
  }
  std::set<std::string> subjects;
  for (const Sample& sample : dataset.samples) subjects.insert(sample.subject);
  EXPECT_EQ(subjects.size(), 7);
}

}  // namespace
}  // namespace evotoken::datasets
