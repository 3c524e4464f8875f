#include "datasets/gsm8k.h"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "datasets/format.h"
#include "datasets/locate.h"

namespace evotoken::datasets {
namespace {

void fill(const Record& record, Sample& sample) {
  sample.question = record.text("question");
  sample.answer = record.text("answer");
}

constexpr Format kFormat{"gsm8k", "question and answer", fill};

/// `file` is "test" or "train".
std::vector<Candidate> candidates(std::string_view file) {
  auto places = in_folders({"gsm8k", "GSM8K", "openai/gsm8k", "gsm8k/main",
                            "grade_school_math/data", "grade-school-math/grade_school_math/data"},
                           fmt::format("{}.jsonl", file));
  for (const char* folder : {"", "gsm8k/"}) {
    places.push_back({fmt::format("{}gsm8k_{}.jsonl", folder, file), ""});
  }
  // The folder itself may be gsm8k/ or upstream's grade_school_math/.
  for (const char* folder : {"", "data/"}) {
    places.push_back({fmt::format("{}{}.jsonl", folder, file), "\"question\""});
  }
  return places;
}

}  // namespace

Dataset read_gsm8k(const std::filesystem::path& path, std::string_view split) {
  return read_dataset(kFormat, path, split);
}

std::filesystem::path find_gsm8k(const std::filesystem::path& data_dir) {
  return locate(data_dir, "GSM8K test set", candidates("test"));
}

std::optional<std::filesystem::path> find_gsm8k_train(const std::filesystem::path& data_dir) {
  return try_locate(data_dir, candidates("train"));
}

Dataset builtin_gsm8k() {
  return read_builtin_dataset(kFormat, {"gsm8k/generated.jsonl", "gsm8k/written.jsonl"}, "builtin");
}

Dataset builtin_gsm8k_examples() {
  return read_builtin_dataset(kFormat, {"gsm8k/examples.jsonl"}, "builtin-examples");
}

}  // namespace evotoken::datasets
