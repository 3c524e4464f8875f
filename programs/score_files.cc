#include "programs/score_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <iterator>
#include <set>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "programs/score_csv.h"
#include "programs/score_items.h"
#include "programs/score_lm_eval.h"
#include "reports/accuracy_report.h"
#include "reports/generations_file.h"
#include "reports/setup_directory.h"

namespace evotoken::programs {
namespace fs = std::filesystem;

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kStdin = "-";

/// Sets the place of a graded item, keeps it and tells the audit of it.
void add_record(reports::ResultRecord record, ScoreItem item, ScoredFile& file) {
  record.directory = file.audited.directory;
  record.setup = file.audited.setup;
  record.rank = file.audited.rank;
  record.index = static_cast<std::int64_t>(file.records.size());
  file.audited.identities.push_back(record.identity);
  file.audited.questions.push_back(item.question);
  if (!record.has_gold) ++file.audited.no_gold;
  if (record.failed) {
    ++file.audited.failed;
    if (!file.audited.first_failure) {
      file.audited.first_failure = fmt::format("item {}: {}", record.index, *record.failed);
    }
  }
  file.records.push_back(std::move(record));
  file.items.push_back(std::move(item));
}

void score_generations(const fs::path& path, const std::string& task, ScoredFile& file) {
  std::vector<reports::ItemFault> faults;
  reports::GenerationsFile body = reports::read_generations(path, &faults);
  file.audited = reports::describe_file(path, body);
  file.audited.identities.clear();  // add_record fills them again
  file.audited.questions.clear();
  if (!task.empty()) file.audited.task = task;
  const auto name = reports::parse_generations_name(path.filename().string());
  auto fault = faults.begin();
  for (std::size_t i = 0; i < body.items.size(); ++i) {
    reports::Generation& generation = body.items[i];
    ScoreItem item{file.audited.task,
                   std::move(generation.generations),
                   std::move(generation.ground_truth),
                   std::move(generation.question),
                   generation.prompt_input.value_or(""),
                   std::nullopt};
    if (fault != faults.end() && fault->index == i) {
      item.fault = fault->reason;
      ++fault;
    } else if (item.task.empty()) {
      item.fault = "task unknown, expected one; name it with --task";
    }
    reports::ResultRecord record = grade_item(item);
    // The name makes the published setup; the body fills in where the name is another's.
    record.gen_length = name && name->gen_length ? name->gen_length : body.gen_length;
    record.steps = name && name->gen_length ? name->steps : body.diffusion_steps;
    add_record(std::move(record), std::move(item), file);
  }
}

/// lm-eval logs a sample once per answer filter; only the lines of the first filter count.
class FirstFilter {
 public:
  bool skips(std::string_view line) {
    if (line.find("\"filter\"") == std::string_view::npos) return false;
    const Json object = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!is_lm_eval_sample(object)) return false;
    const std::string filter = lm_eval_filter(object);
    if (!first_) first_ = filter;
    return filter != *first_;
  }

 private:
  std::optional<std::string> first_;
};

/// The one task of all records that have any, "mixed" for several, empty for none.
std::string common_task(const std::vector<reports::ResultRecord>& records) {
  std::string common;
  for (const reports::ResultRecord& record : records) {
    if (record.task.empty() || record.task == common) continue;
    if (!common.empty()) return "mixed";
    common = record.task;
  }
  return common;
}

/// Length and steps where a setup's name ends in them, as the published names do.
void set_sizes(const std::string& setup, reports::ResultRecord& record) {
  const auto name =
      reports::parse_generations_name(reports::generations_filename(setup, /*rank=*/0));
  if (!name) return;
  record.gen_length = name->gen_length;
  record.steps = name->steps;
}

void score_lines(std::string_view content, const std::string& task, ScoredFile& file) {
  FirstFilter filter;
  for (std::size_t number = 1; !content.empty(); ++number) {
    const std::size_t end = content.find('\n');
    const std::string_view line = content.substr(0, end);
    content.remove_prefix(end == std::string_view::npos ? content.size() : end + 1);
    if (line.find_first_not_of(" \t\r") == std::string_view::npos || filter.skips(line)) continue;
    ScoreItem item = parse_json_line(line, fmt::format("{}:{}", file.path, number), task);
    reports::ResultRecord record = grade_item(item);
    set_sizes(file.audited.setup, record);
    add_record(std::move(record), std::move(item), file);
  }
  const std::string common = common_task(file.records);
  if (!common.empty()) file.audited.task = common;
}

/// Folders and setups that an items table names keep their names.
void score_csv(std::string_view content, const std::string& task, ScoredFile& file) {
  const std::string own_directory = file.audited.directory;
  const std::string own_setup = file.audited.setup;
  for (CsvItem& row : read_items_csv(content, file.path, task)) {
    reports::ResultRecord record = grade_item(row.item);
    file.audited.directory = row.directory.empty() ? own_directory : row.directory;
    file.audited.setup = row.setup.empty() ? own_setup : row.setup;
    set_sizes(file.audited.setup, record);
    add_record(std::move(record), std::move(row.item), file);
  }
  file.audited.directory = own_directory;
  file.audited.setup = own_setup;
  const std::string common = common_task(file.records);
  if (!common.empty()) file.audited.task = common;
}

std::vector<fs::path> result_paths(const std::string& path, reports::FoundFiles& found) {
  std::error_code error;
  if (path == kStdin || !fs::is_directory(path, error)) return {path};
  reports::FoundFiles in_folder = reports::find_result_files(path);
  std::move(in_folder.empty_folders.begin(), in_folder.empty_folders.end(),
            std::back_inserter(found.empty_folders));
  std::move(in_folder.unreadable_folders.begin(), in_folder.unreadable_folders.end(),
            std::back_inserter(found.unreadable_folders));
  return std::move(in_folder.files);
}

Json item_json(const reports::ResultRecord& record, bool with_task) {
  Json item = {{"index", record.index}};
  if (with_task) item["task"] = record.task.empty() ? Json(nullptr) : Json(record.task);
  item["reference"] = nullptr;
  item["verified"] = nullptr;
  if (const auto& grade = record.reference) {
    item["reference"] = {{"answer", grade->answer}, {"correct", grade->correct}};
  }
  if (const auto& grade = record.verified) {
    item["verified"] = {{"answer", grade->answer},
                        {"correct", grade->correct},
                        {"reason", grade->reason},
                        {"flags", grade->flags}};
  }
  if (record.failed) item["failed"] = *record.failed;
  return item;
}

}  // namespace

bool Score::complete() const {
  const bool all_read = std::all_of(files.begin(), files.end(), [](const ScoredFile& file) {
    return !file.audited.error && !file.audited.task.empty();
  });
  const bool any_graded =
      std::any_of(table.cells.begin(), table.cells.end(),
                  [](const reports::AccuracyCell& cell) { return cell.reference.processed > 0; });
  const bool all_listed =
      std::none_of(audit.findings.begin(), audit.findings.end(), [](const auto& finding) {
        return finding.kind == std::string_view(reports::finding::kUnreadableFile);
      });
  return all_read && any_graded && all_listed;
}

ScoredFile score_file(const fs::path& path, const std::string& task) {
  ScoredFile file;
  file.path = path.string();
  try {
    if (path.extension() == ".json") {
      score_generations(path, task, file);
      return file;
    }
    const std::string filename = path.filename().string();
    file.audited = reports::describe_file(path, {});
    file.audited.setup = lm_eval_setup(filename);
    file.audited.task =
        task.empty() && filename.starts_with("samples_") ? lm_eval_task(filename) : task;
    file.audited.of_test_set = filename.starts_with("samples_");
    const std::string content = read_file(path);
    if (path.extension() == ".csv") {
      score_csv(content, file.audited.task, file);
    } else {
      score_lines(content, file.audited.task, file);
    }
  } catch (const std::exception& fault) {
    file.records.clear();
    file.items.clear();
    file.audited = reports::describe_unreadable(path, fault.what());
  }
  return file;
}

ScoredFile score_stream(std::istream& stream, const std::string& name, const std::string& task) {
  ScoredFile file;
  file.path = name;
  file.audited.path = name;
  file.audited.directory = reports::directory_label("");
  file.audited.setup = "stdin";
  file.audited.task = task;
  file.audited.of_test_set = false;
  const std::string content{std::istreambuf_iterator<char>(stream), {}};
  score_lines(content, task, file);
  return file;
}

Score score_paths(const std::vector<std::string>& paths, const std::string& task,
                  const FileVisitor& visit) {
  Score score;
  reports::FoundFiles found;
  std::set<fs::path> seen;
  for (const std::string& given : paths) {
    for (const fs::path& path : result_paths(given, found)) {
      std::error_code error;
      const fs::path real = fs::weakly_canonical(path, error);
      if (!seen.insert(error ? path : real).second) continue;
      score.files.push_back(path == kStdin ? score_stream(std::cin, kStdin, task)
                                           : score_file(path, task));
      if (visit) visit(score.files.back());
    }
  }
  std::vector<reports::ResultRecord> records;
  std::vector<reports::AuditedFile> audited;
  for (ScoredFile& file : score.files) {
    audited.push_back(file.audited);
    if (visit) {
      std::move(file.records.begin(), file.records.end(), std::back_inserter(records));
      file.records = {};
    } else {
      records.insert(records.end(), file.records.begin(), file.records.end());
    }
  }
  score.audit = reports::audit_results(audited, found);
  score.table = reports::make_accuracy_table(records, reports::expected_items(audited));
  return score;
}

void drop_texts(ScoredFile& file) {
  file.items = {};
  for (reports::ResultRecord& record : file.records) {
    if (record.reference) record.reference->answer = nullptr;
    if (record.verified) record.verified->answer = nullptr;
  }
}

Json file_json(const ScoredFile& file) {
  const std::string& task = file.audited.task;
  const bool mixed = task == "mixed";
  Json items = Json::array();
  for (const auto& record : file.records) items.push_back(item_json(record, mixed));
  Json json = {{"path", file.path},
               {"task", task.empty() || mixed ? Json(nullptr) : Json(task)},
               {"items", std::move(items)}};
  if (file.audited.error) json["error"] = *file.audited.error;
  return json;
}

Json score_summary_json(const Score& score) {
  return {{"summary", reports::summary_json(score.table)},
          {"max_over_alpha", reports::best_json(score.table)},
          {"over_seeds", reports::seeds_json(score.table)},
          {"audit", reports::audit_json(score.audit)}};
}

Json score_json(const Score& score) {
  Json files = Json::array();
  for (const ScoredFile& file : score.files) files.push_back(file_json(file));
  Json json = {{"files", std::move(files)}};
  json.update(score_summary_json(score));
  return json;
}

}  // namespace evotoken::programs
