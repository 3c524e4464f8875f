#include "datasets/svamp.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "datasets/format.h"
#include "datasets/locate.h"

namespace evotoken::datasets {
namespace {

bool is_finite_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() && std::isfinite(value);
}

/// A JSON number upstream, a string of one at ChilleD.
std::string answer_text(const Record& record) {
  const nlohmann::ordered_json& answer = record.value("Answer");
  if (answer.is_number()) return answer.dump();
  if (!answer.is_string()) record.fail("Answer", describe(answer), "a number");
  auto text = answer.get<std::string>();
  if (!is_finite_number(text)) record.fail("Answer", fmt::format("\"{}\"", text), "a number");
  return text;
}

void fill(const Record& record, Sample& sample) {
  sample.question = record.text("Body") + record.text("Question");
  sample.answer = answer_text(record);
  sample.solution = record.optional_text("Solution");
  if (sample.solution.empty()) sample.solution = record.optional_text("Equation");
  sample.subject = record.optional_text("Type");
}

constexpr Format kFormat{"svamp", "Body, Question and Answer", fill};

struct SplitNames {
  std::string_view id;
  std::string_view label;  ///< with the number of items
};

SplitNames names_of(SvampSplit split) {
  switch (split) {
    case SvampSplit::kTest:
      return {"test", "test {} (ChilleD)"};
    case SvampSplit::kTrain:
      return {"train", "train {} (ChilleD)"};
    case SvampSplit::kAll:
      break;
  }
  return {"all", "all {}"};
}

const std::vector<std::string> kFolders = {"svamp", "SVAMP", "ChilleD/SVAMP", "svamp/ChilleD",
                                           "svamp/data"};

/// ChilleD's files; `file` is "test" or "train".
std::vector<Candidate> split_candidates(std::string_view file) {
  std::vector<Candidate> places;
  for (const char* extension : {"json", "jsonl"}) {
    const std::string name = fmt::format("{}.{}", file, extension);
    for (Candidate& place : in_folders(kFolders, name)) places.push_back(std::move(place));
    // Other sets keep a test.jsonl too; only SVAMP has a field "Body".
    places.push_back({name, "\"Body\""});
  }
  return places;
}

std::vector<Candidate> full_candidates() {
  auto places = in_folders({"svamp", "SVAMP", "arkilpatel/SVAMP"}, "SVAMP.json");
  places.push_back({"SVAMP.json", ""});
  places.push_back({"svamp.json", ""});
  places.push_back({"svamp/svamp.json", ""});
  return places;
}

}  // namespace

Dataset read_svamp(const SvampFile& file) {
  const SplitNames names = names_of(file.split);
  Dataset dataset = read_dataset(kFormat, file.path, names.id);
  dataset.split = fmt::format(fmt::runtime(names.label), dataset.samples.size());
  return dataset;
}

SvampFile find_svamp(const std::filesystem::path& data_dir) {
  const std::vector<Candidate> split = split_candidates("test");
  if (auto path = try_locate(data_dir, split)) return {*path, SvampSplit::kTest};
  std::vector<Candidate> places = full_candidates();
  if (auto path = try_locate(data_dir, places)) return {*path, SvampSplit::kAll};
  places.insert(places.end(), split.begin(), split.end());
  return {locate(data_dir, "SVAMP test set", places), SvampSplit::kAll};
}

std::optional<SvampFile> find_svamp_train(const std::filesystem::path& data_dir) {
  if (auto path = try_locate(data_dir, split_candidates("train"))) {
    return SvampFile{*path, SvampSplit::kTrain};
  }
  return std::nullopt;
}

Dataset builtin_svamp() {
  return read_builtin_dataset(kFormat, {"svamp/generated.json", "svamp/written.json"}, "builtin");
}

Dataset builtin_svamp_examples() {
  return read_builtin_dataset(kFormat, {"svamp/examples.json"}, "builtin-examples");
}

}  // namespace evotoken::datasets
