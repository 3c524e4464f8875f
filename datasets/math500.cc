#include "datasets/math500.h"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "datasets/format.h"
#include "datasets/locate.h"

namespace evotoken::datasets {
namespace {

std::string level_text(const Record& record) {
  const nlohmann::ordered_json* level = record.find("level");
  if (level == nullptr) return {};
  if (level->is_number_integer()) return level->dump();
  if (level->is_string()) return level->get<std::string>();
  record.fail("level", describe(*level), "a whole number");
}

void fill(const Record& record, Sample& sample) {
  sample.question = record.text("problem");
  sample.answer = record.text("answer");
  sample.solution = record.optional_text("solution");
  sample.subject = record.optional_text("subject");
  sample.level = level_text(record);
}

constexpr Format kFormat{"math500", "problem, solution, answer, subject and level", fill};

/// `file` is "test" or "train".
std::vector<Candidate> candidates(std::string_view file) {
  auto places =
      in_folders({"math500", "MATH500", "math-500", "MATH-500", "math", "HuggingFaceH4/MATH-500",
                  "prm800k/math_splits", "prm800k/prm800k/math_splits", "math_splits"},
                 fmt::format("{}.jsonl", file));
  for (const char* folder : {"", "math500/"}) {
    places.push_back({fmt::format("{}math500_{}.jsonl", folder, file), ""});
  }
  places.push_back({fmt::format("{}.jsonl", file), "\"problem\""});
  return places;
}

}  // namespace

Dataset read_math500(const std::filesystem::path& path, std::string_view split) {
  return read_dataset(kFormat, path, split);
}

std::filesystem::path find_math500(const std::filesystem::path& data_dir) {
  return locate(data_dir, "MATH500 test set", candidates("test"));
}

std::optional<std::filesystem::path> find_math500_train(const std::filesystem::path& data_dir) {
  return try_locate(data_dir, candidates("train"));
}

Dataset builtin_math500() {
  return read_builtin_dataset(kFormat, {"math500/generated.jsonl", "math500/written.jsonl"},
                              "builtin");
}

Dataset builtin_math500_examples() {
  return read_builtin_dataset(kFormat, {"math500/examples.jsonl"}, "builtin-examples");
}

}  // namespace evotoken::datasets
