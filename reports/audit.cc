#include "reports/audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "base/error.h"
#include "base/hash.h"
#include "reports/audit_checks.h"
#include "reports/results_json.h"
#include "reports/setup_directory.h"

namespace evotoken::reports {
namespace fs = std::filesystem;

namespace {

/// A setup is a directory and a setup name, the key of ExpectedItems.
std::vector<AuditedSetup> group_by_setup(const std::vector<AuditedFile>& files) {
  std::map<std::pair<std::string, std::string>, AuditedSetup> setups;
  for (const AuditedFile& file : files) {
    if (file.error || file.task.empty()) continue;
    AuditedSetup& setup = setups[{file.directory, file.setup}];
    setup.directory = file.directory;
    setup.setup = file.setup;
    setup.task = file.task;
    setup.files.push_back(&file);
  }
  std::vector<AuditedSetup> list;
  for (auto& [key, setup] : setups) {
    std::sort(setup.files.begin(), setup.files.end(),
              [](const AuditedFile* a, const AuditedFile* b) {
                return std::tie(a->rank, a->path) < std::tie(b->rank, b->path);
              });
    list.push_back(std::move(setup));
  }
  return list;
}

void check_file(const AuditedFile& file, std::vector<Finding>& findings) {
  const std::string path = file.path.string();
  if (file.error) {
    findings.push_back({finding::kUnreadableFile, path, *file.error});
    return;
  }
  if (file.task.empty()) {
    findings.push_back({finding::kUnknownTask, path,
                        "its name contains none of gsm, svamp, math, countdown: not graded; name "
                        "the task with --task"});
  }
  const auto items = static_cast<std::int64_t>(file.identities.size());
  if (items == 0) findings.push_back({finding::kEmptyFile, path, "holds no items"});
  if (file.total_processed && *file.total_processed != items) {
    findings.push_back(
        {finding::kCountMismatch, path,
         fmt::format("holds {} items, its metrics say {}", items, *file.total_processed)});
  }
  if (file.failed > 0) {
    findings.push_back({finding::kFailedItems, path,
                        fmt::format("{} of {} items could not be graded and are in no accuracy; "
                                    "the first: {}",
                                    file.failed, items, file.first_failure.value_or("unknown"))});
  }
  if (file.no_gold > 0) {
    findings.push_back({finding::kMissingGold, path,
                        fmt::format("{} of {} items have no gold answer and count as wrong",
                                    file.no_gold, items)});
  }
}

void check_folders(const FoundFiles& found, std::vector<Finding>& findings) {
  for (const UnreadableFolder& folder : found.unreadable_folders) {
    findings.push_back({finding::kUnreadableFile, folder.path.string(),
                        fmt::format("cannot be listed ({})", folder.reason)});
  }
  for (const fs::path& folder : found.empty_folders) {
    findings.push_back({finding::kEmptyDirectory, folder.string(), "holds no results"});
  }
}

bool is_of_test_set(const AuditedSetup& setup) {
  return std::all_of(setup.files.begin(), setup.files.end(),
                     [](const AuditedFile* file) { return file->of_test_set; });
}

}  // namespace

std::string sample_identity(std::string_view question, std::string_view prompt_input) {
  if (question.empty() && prompt_input.empty()) return "";
  std::string both(question);
  both += '\0';
  both += prompt_input;
  return content_hash(both);
}

std::optional<std::int64_t> test_set_size(std::string_view task, std::int64_t distinct_items) {
  if (task == "countdown") return 256;
  if (task == "gsm8k") return 1319;
  if (task == "math500") return 500;
  if (task == "svamp") return distinct_items <= 300 ? 300 : 1000;
  return std::nullopt;
}

AuditedFile describe_file(const fs::path& path, const GenerationsFile& file) {
  AuditedFile audited;
  audited.path = path;
  audited.directory = directory_label(path.parent_path().string());
  if (const auto name = parse_generations_name(path.filename().string())) {
    audited.setup = name->setup;
    audited.task = name->task;
    audited.rank = name->rank;
  } else {
    audited.setup = path.stem().string();
  }
  std::error_code error;
  const auto modified = fs::last_write_time(path, error);
  if (!error) audited.modified = modified;
  for (const Generation& item : file.items) {
    audited.identities.emplace_back(sample_identity(item.question, item.prompt_input.value_or("")));
    audited.questions.push_back(item.question);
  }
  audited.total_processed = file.total_processed;
  audited.gen_length = file.gen_length;
  audited.steps = file.diffusion_steps;
  audited.block_length = file.block_length;
  audited.model_path = file.model_path;
  audited.checkpoint_path = file.checkpoint_path;
  return audited;
}

AuditedFile describe_unreadable(const fs::path& path, std::string error) {
  AuditedFile audited = describe_file(path, {});
  audited.error = std::move(error);
  return audited;
}

ExpectedItems expected_items(const std::vector<AuditedFile>& files,
                             std::vector<Finding>* problems) {
  std::map<std::string, std::map<std::string, std::int64_t>> stated;  // by directory, by setup
  ExpectedItems expected;
  for (const AuditedSetup& setup : group_by_setup(files)) {
    const auto [it, is_new] = stated.try_emplace(setup.directory);
    const fs::path results = fs::path(setup.directory) / kResultsFilename;
    std::error_code error;
    if (is_new && is_of_test_set(setup) && fs::exists(results, error)) {
      try {
        it->second = read_expected_items(results);
      } catch (const Error& fault) {
        if (problems)
          problems->push_back({finding::kUnreadableFile, results.string(), fault.what()});
      }
    }
    const auto known = it->second.find(setup.setup);
    std::optional<std::int64_t> size;
    if (known != it->second.end()) {
      size = known->second;
    } else if (is_of_test_set(setup)) {
      size = test_set_size(setup.task, count_distinct(setup));
    }
    if (size) expected[{setup.directory, setup.setup}] = *size;
  }
  return expected;
}

Audit audit_results(const std::vector<AuditedFile>& files, const FoundFiles& found,
                    const QuestionReader& read_question) {
  Audit audit;
  audit.files = static_cast<std::int64_t>(files.size());
  for (const AuditedFile& file : files) {
    audit.items += static_cast<std::int64_t>(file.identities.size());
    check_file(file, audit.findings);
  }
  check_folders(found, audit.findings);
  const ExpectedItems expected = expected_items(files, &audit.findings);
  for (const AuditedSetup& setup : group_by_setup(files)) {
    const auto size = expected.find({setup.directory, setup.setup});
    check_ranks(setup, audit.findings);
    check_size(setup, size == expected.end() ? std::nullopt : std::optional(size->second),
               audit.findings);
    check_settings(setup, audit.findings);
    check_duplicates(setup, read_question, audit.findings);
    check_modification_times(setup, audit.findings);
  }
  return audit;
}

std::string audit_text(const Audit& audit) {
  std::string text =
      fmt::format("audit: {} {}, {} {}: ", audit.files, audit.files == 1 ? "file" : "files",
                  audit.items, audit.items == 1 ? "item" : "items");
  if (audit.findings.empty()) return text + "complete, nothing to report\n";
  text +=
      fmt::format("{} finding{}\n", audit.findings.size(), audit.findings.size() == 1 ? "" : "s");
  for (const Finding& finding : audit.findings) {
    // The messages of errors open with the path themselves.
    const bool has_path = finding.detail.starts_with(finding.path);
    text += fmt::format("  {}: {}{}\n", finding.kind, has_path ? "" : finding.path + ": ",
                        finding.detail);
  }
  return text;
}

nlohmann::ordered_json audit_json(const Audit& audit) {
  nlohmann::ordered_json findings = nlohmann::ordered_json::array();
  for (const Finding& finding : audit.findings) {
    findings.push_back(
        {{"kind", finding.kind}, {"path", finding.path}, {"detail", finding.detail}});
  }
  return {{"files", audit.files},
          {"items", audit.items},
          {"clean", audit.findings.empty()},
          {"findings", std::move(findings)}};
}

}  // namespace evotoken::reports
