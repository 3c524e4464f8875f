#include "reports/export/lm_eval.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cmath>
#include <map>
#include <set>

#include "base/hash.h"
#include "base/json_of.h"
#include "reports/build_info.h"

namespace evotoken::reports {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// lm-eval's datetime.isoformat() with "-" for ":"; its readers cut file names at the last "_".
std::string time_in_name(std::chrono::system_clock::time_point time) {
  return fmt::format("{:%Y-%m-%dT%H-%M-%S}.000000",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

/// A folder's name without the signs that lm-eval's sanitize_model_name replaces.
std::string sanitized(const std::string& name) {
  std::string out;
  for (const char c : name) {
    const bool bad = std::string_view("\"<>:/|\\?*[]").find(c) != std::string_view::npos;
    if (!bad) {
      out += c;
    } else if (!out.ends_with("__")) {
      out += "__";
    }
  }
  return out;
}

/// The folders' own names, made different where two are the same.
std::map<std::string, std::string> folder_names(const AccuracyTable& table) {
  std::map<std::string, std::string> names;
  std::set<std::string> taken;
  for (const AccuracyCell& cell : table.cells) {
    if (names.contains(cell.directory)) continue;
    std::string name = sanitized(fs::path(cell.directory).filename().string());
    if (name.empty() || name == "." || name == "..") name = "results";
    while (!taken.insert(name).second) name += "_";
    names[cell.directory] = name;
  }
  return names;
}

void add_metric(const Accuracy& accuracy, const char* filter, Json& metrics) {
  const auto frac = accuracy.accuracy_frac();
  if (!frac) return;
  metrics[fmt::format("exact_match,{}", filter)] = *frac;
  const auto n = static_cast<double>(accuracy.processed);
  metrics[fmt::format("exact_match_stderr,{}", filter)] =
      n > 1 ? Json(std::sqrt(*frac * (1 - *frac) / (n - 1))) : Json("N/A");
}

/// The provenance of a folder's results.json, or null.
Json provenance_of(const ReportContent& content, const std::string& directory) {
  for (const RunFile& run : content.runs) {
    if (run.directory == directory && run.results.is_object()) {
      return run.results.value("provenance", Json());
    }
  }
  return nullptr;
}

Json run_config(const Json& provenance) {
  Json config = {{"model", "evotoken"}, {"model_args", nullptr}, {"batch_size", nullptr},
                 {"device", nullptr},   {"limit", nullptr},      {"gen_kwargs", nullptr}};
  if (!provenance.is_object()) return config;
  config["device"] = provenance.value("device", Json());
  config["model_dtype"] = provenance.value("dtype", Json());
  const Json flags = provenance.value("flags", Json());
  if (!flags.is_object()) return config;
  config["model_args"] = {{"pretrained", flags.value("model_path", Json())},
                          {"peft", flags.value("checkpoint_path", Json())}};
  config["batch_size"] = flags.value("batch_size", Json());
  config["limit"] = flags.value("limit", Json());
  config["gen_kwargs"] = flags.value("cells", Json());
  return config;
}

Json results_of(const ReportContent& content, const std::string& directory, const std::string& name,
                std::chrono::system_clock::time_point time) {
  Json json = {{"results", Json::object()},  {"group_subtasks", Json::object()},
               {"configs", Json::object()},  {"versions", Json::object()},
               {"n-shot", Json::object()},   {"higher_is_better", Json::object()},
               {"n-samples", Json::object()}};
  const Json provenance = provenance_of(content, directory);
  for (const AccuracyCell& cell : content.table.cells) {
    if (cell.directory != directory || cell.task.empty()) continue;
    Json metrics = {{"name", cell.setup}, {"alias", cell.setup}, {"sample_len", cell.items}};
    add_metric(cell.reference, "reference", metrics);
    if (cell.verified) add_metric(*cell.verified, "verified", metrics);
    json["results"][cell.setup] = std::move(metrics);
    json["group_subtasks"][cell.setup] = Json::array();
    json["configs"][cell.setup] = {{"task", cell.setup}, {"dataset_name", cell.task}};
    json["versions"][cell.setup] = nullptr;
    json["n-shot"][cell.setup] = 0;
    json["higher_is_better"][cell.setup] = {{"exact_match", true}};
    json["n-samples"][cell.setup] = {{"original", cell.expected_items.value_or(cell.items)},
                                     {"effective", cell.reference.processed}};
  }
  json["config"] = run_config(provenance);
  json["git_hash"] = build_info().git_commit;
  json["date"] = std::chrono::duration<double>(time.time_since_epoch()).count();
  json["model_source"] = "evotoken";
  json["model_name"] = name;
  json["model_name_sanitized"] = name;
  json["evotoken_provenance"] = provenance;
  return json;
}

std::string answer_text(const Json& answer) {
  if (answer.is_null()) return "[invalid]";  // lm-eval's word for no match
  return answer.is_string() ? answer.get<std::string>() : dumped_json(answer);
}

Json sample_json(const ResultRecord& record, const ItemText& text, const char* filter) {
  const bool verified = std::string_view(filter) == "verified";
  const Json answer = verified ? record.verified->answer : record.reference->answer;
  const bool correct = verified ? record.verified->correct : record.reference->correct;
  const std::string target = text.ground_truth.is_string() ? text.ground_truth.get<std::string>()
                                                           : dumped_json(text.ground_truth, -1);
  const Json doc = {{"question", text.question}, {"ground_truth", text.ground_truth}};
  return {{"doc_id", record.index},
          {"doc", doc},
          {"target", target},
          {"arguments", {{"gen_args_0", {{"arg_0", text.prompt}, {"arg_1", nullptr}}}}},
          {"resps", Json::array({Json::array({text.generation})})},
          {"filtered_resps", Json::array({answer_text(answer)})},
          {"filter", filter},
          {"metrics", Json::array({"exact_match"})},
          {"doc_hash", content_hash(dumped_json(doc, -1))},
          {"prompt_hash", content_hash(text.prompt)},
          {"target_hash", content_hash(target)},
          {"exact_match", correct ? 1.0 : 0.0}};
}

}  // namespace

std::vector<ExportedFile> lm_eval_files(const ReportContent& content,
                                        std::chrono::system_clock::time_point time) {
  const auto names = folder_names(content.table);
  const std::string when = time_in_name(time);
  std::vector<ExportedFile> files;
  for (const auto& [directory, name] : names) {
    files.push_back({fs::path(name) / fmt::format("results_{}.json", when),
                     dumped_json(results_of(content, directory, name, time), 2) + "\n"});
  }
  std::map<std::pair<std::string, std::string>, bool> has_verified;
  for (const AccuracyCell& cell : content.table.cells) {
    has_verified[{cell.directory, cell.setup}] = cell.verified.has_value();
  }
  std::map<fs::path, std::string> samples;
  for (const char* filter : {"reference", "verified"}) {
    for (std::size_t i = 0; i < content.records.size(); ++i) {
      const ResultRecord& record = content.records[i];
      if (record.task.empty() || !record.reference) continue;
      if (std::string_view(filter) == "verified" &&
          !has_verified[{record.directory, record.setup}]) {
        continue;
      }
      const fs::path path = fs::path(names.at(record.directory)) /
                            fmt::format("samples_{}_{}.jsonl", sanitized(record.setup), when);
      samples[path] += dumped_json(sample_json(record, content.texts[i], filter), -1) + "\n";
    }
  }
  for (auto& [path, lines] : samples) files.push_back({path, std::move(lines)});
  return files;
}

}  // namespace evotoken::reports
