#include "datasets/countdown.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "datasets/format.h"
#include "datasets/locate.h"

namespace evotoken::datasets {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  text = trimmed(text);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::vector<std::int64_t> parse_numbers(const Record& record, const std::string& text) {
  std::vector<std::int64_t> numbers;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const auto number = whole_number(std::string_view(text).substr(begin, end - begin));
    if (!number) {
      record.fail("input", fmt::format("\"{}\"", text), "whole numbers separated by commas");
    }
    numbers.push_back(*number);
    begin = end + 1;
  }
  return numbers;
}

void fill(const Record& record, Sample& sample) {
  sample.numbers = parse_numbers(record, record.text("input"));
  const std::string output = record.text("output");
  const auto target = whole_number(output);
  if (!target) record.fail("output", fmt::format("\"{}\"", output), "a whole number");
  sample.answer = fmt::format("{}", *target);
  sample.question =
      fmt::format("Numbers: [{}]\nTarget: {}", fmt::join(sample.numbers, ", "), *target);
  sample.solution = record.optional_text("solution");
}

constexpr Format kFormat{"countdown", "input and output", fill};

}  // namespace

Dataset read_countdown(const std::filesystem::path& path, std::string_view split) {
  return read_dataset(kFormat, path, split);
}

std::filesystem::path find_countdown(const std::filesystem::path& data_dir) {
  auto places = in_folders({"countdown", "Countdown", "dataset", "d1/dataset", "countdown/dataset"},
                           "countdown_cd3_test.jsonl");
  places.push_back({"countdown_cd3_test.jsonl", ""});
  places.push_back({"countdown/test.jsonl", ""});
  places.push_back({"test.jsonl", "\"input\""});
  return locate(data_dir, "Countdown test set", places);
}

Dataset builtin_countdown() {
  return read_builtin_dataset(kFormat, {"countdown/generated.jsonl", "countdown/written.jsonl"},
                              "builtin");
}

Dataset builtin_countdown_examples() {
  return read_builtin_dataset(kFormat, {"countdown/examples.jsonl"}, "builtin-examples");
}

}  // namespace evotoken::datasets
