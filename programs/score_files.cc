// What stays of an item while files stream through: eight bytes in the table (item_verdicts.h) and
// eight in the audit (item_key.h), by which both know duplicates. Texts and grades are dropped with
// the part that brought them.
#include "programs/score_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <iterator>
#include <set>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/ordered_jobs.h"
#include "reports/result_files.h"

namespace evotoken::programs {
namespace fs = std::filesystem;

namespace {

constexpr const char* kStdin = "-";
constexpr const char* kMixed = "mixed";
/// What a message shows of a question is shorter.
constexpr std::size_t kQuestionBytes = 64;

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

/// Counts parts in the order in which they stand in their files.
class PartCounter {
 public:
  explicit PartCounter(const PartVisitor& visit) : visit_(visit) {}

  void take(ScoredPart part) {
    if (part.is_first) begin_file(part);
    for (std::size_t i = 0; i < part.file.records.size(); ++i) {
      number_record(part.file.items[i], part.file.records[i]);
    }
    if (part.is_last) end_file(part);
    if (visit_) visit_(part);
    for (const reports::ResultRecord& record : part.file.records) table_.add(record);
    if (visit_) return;
    std::move(part.file.records.begin(), part.file.records.end(),
              std::back_inserter(current().records));
    std::move(part.file.items.begin(), part.file.items.end(), std::back_inserter(current().items));
  }

  Score finish(const reports::FoundFiles& found) {
    Score score;
    score.files = std::move(files_);
    std::vector<reports::AuditedFile> audited;
    for (ScoredFile& file : score.files) audited.push_back(std::move(file.audited));
    score.audit = reports::audit_results(
        audited, found, [](const reports::AuditedFile& file, std::size_t index) {
          return file.path == kStdin ? std::string() : read_question(file.path, index);
        });
    score.table = table_.finish(reports::expected_items(audited));
    for (std::size_t i = 0; i < audited.size(); ++i) {
      score.files[i].audited = std::move(audited[i]);
    }
    return score;
  }

 private:
  ScoredFile& current() { return files_.back(); }

  void begin_file(const ScoredPart& part) {
    ScoredFile& file = files_.emplace_back();
    file.path = part.file.path;
    file.audited = part.file.audited;
    common_task_.clear();
  }

  void number_record(const ScoreItem& item, reports::ResultRecord& record) {
    reports::AuditedFile& audited = current().audited;
    record.index = static_cast<std::int64_t>(audited.identities.size());
    audited.identities.emplace_back(record.identity);
    // A stream is gone once it is read, so what messages need of it is kept.
    if (current().path == kStdin) {
      audited.questions.push_back(item.question.substr(0, kQuestionBytes));
    }
    if (!record.has_gold) ++audited.no_gold;
    if (record.failed) {
      ++audited.failed;
      if (!audited.first_failure) {
        audited.first_failure = fmt::format("item {}: {}", record.index, *record.failed);
      }
    }
    if (record.task.empty() || record.task == common_task_) return;
    common_task_ = common_task_.empty() ? record.task : kMixed;
  }

  void end_file(ScoredPart& part) {
    reports::AuditedFile& audited = current().audited;
    audited.error = part.file.audited.error;
    if (!common_task_.empty()) audited.task = common_task_;
    audited.identities.shrink_to_fit();
    part.file.audited.task = audited.task;
  }

  const PartVisitor& visit_;
  std::vector<ScoredFile> files_;
  reports::AccuracyTableBuilder table_;
  std::string common_task_;
};

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

Score score_paths(const std::vector<std::string>& paths, const std::string& task,
                  const PartVisitor& visit, std::size_t threads) {
  PartCounter counter(visit);
  OrderedJobs<ScoredPart> jobs(threads == 0 ? hardware_threads() : threads,
                               [&](ScoredPart&& part) { counter.take(std::move(part)); });
  const auto add = [&](PartJob job) { jobs.add(std::move(job)); };
  reports::FoundFiles found;
  std::set<fs::path> seen;
  for (const std::string& given : paths) {
    for (const fs::path& path : result_paths(given, found)) {
      std::error_code error;
      const fs::path real = fs::weakly_canonical(path, error);
      if (!seen.insert(error ? path : real).second) continue;
      if (path == kStdin) {
        add_stream_jobs(std::cin, kStdin, task, add);
      } else {
        add_file_jobs(path, task, add);
      }
    }
  }
  jobs.finish();
  return counter.finish(found);
}

void check_there(const std::string& path) {
  std::error_code error;
  if (path == kStdin || fs::exists(path, error) || error) return;
  const fs::path given(path);
  const std::string begin = given.filename().string();
  std::string meant;
  fs::directory_iterator it(given.has_parent_path() ? given.parent_path() : fs::path("."), error);
  for (; !error && it != fs::directory_iterator(); it.increment(error)) {
    const std::string name = it->path().filename().string();
    const bool first = meant.empty() || it->path().string() < meant;
    if (!begin.empty() && name.starts_with(begin) && first) meant = it->path().string();
  }
  throw DataError(
      fmt::format("{}: is not there, expected results; {}", path,
                  meant.empty() ? "give another path" : fmt::format("did you mean {}?", meant)));
}

}  // namespace evotoken::programs
