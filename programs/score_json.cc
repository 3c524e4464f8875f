#include "programs/score_json.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <iostream>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/json_of.h"
#include "reports/accuracy_report.h"

namespace evotoken::programs {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kMixed = "mixed";

Json task_json(const std::string& task) { return task.empty() ? Json(nullptr) : Json(task); }

/// An item's fields but for its index and task.
Json grades_json(const reports::ResultRecord& record) {
  Json item = {{"reference", nullptr}, {"verified", nullptr}};
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

/// `task` is written where the items of a file are of several.
std::string item_text(std::size_t index, const Json* task, std::string_view grades) {
  return fmt::format("{{\"index\":{},{}{}", index,
                     task == nullptr ? "" : fmt::format("\"task\":{},", dumped_json(*task)),
                     grades.substr(1));
}

}  // namespace

/// Lines in a temporary file that has no name: the task of an item, then its grades.
class ScoreJsonWriter::ItemSpool {
 public:
  ItemSpool() : file_(std::tmpfile(), std::fclose) { check(file_ != nullptr); }

  void add(const reports::ResultRecord& record) {
    const std::string lines =
        dumped_json(task_json(record.task)) + '\n' + dumped_json(grades_json(record)) + '\n';
    check(std::fwrite(lines.data(), 1, lines.size(), file_.get()) == lines.size());
  }

  void write_items(bool with_task, std::ostream& out) {
    std::rewind(file_.get());
    std::string task;
    std::string grades;
    for (std::size_t index = 0; read_line(task) && read_line(grades); ++index) {
      const Json value = Json::parse(task);
      out << (index == 0 ? "" : ",") << item_text(index, with_task ? &value : nullptr, grades);
    }
  }

 private:
  static void check(bool done) {
    if (done) return;
    throw DeviceError(fmt::format(
        "{}: a temporary file cannot be written, expected free space for the JSON's items; make "
        "room or set TMPDIR",
        std::filesystem::temp_directory_path().string()));
  }

  bool read_line(std::string& line) {
    line.clear();
    char buffer[4096];
    while (std::fgets(buffer, sizeof(buffer), file_.get()) != nullptr) {
      line += buffer;
      if (!line.ends_with('\n')) continue;
      line.pop_back();
      return true;
    }
    return false;
  }

  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
};

ScoreJsonWriter::ScoreJsonWriter(std::string path) : path_(std::move(path)) {
  if (path_ == "-") return;
  staged_.emplace(path_);
  file_.open(staged_->written(), std::ios::trunc);
  check();
}

ScoreJsonWriter::~ScoreJsonWriter() = default;

void ScoreJsonWriter::add(const ScoredPart& part) {
  if (!part.is_last && !spool_) spool_ = std::make_unique<ItemSpool>();
  if (spool_) {
    for (const reports::ResultRecord& record : part.file.records) spool_->add(record);
  }
  if (!part.is_last) return;
  const reports::AuditedFile& audited = part.file.audited;
  const bool mixed = audited.task == kMixed;
  out() << (is_first_file_ ? "{\"files\":[" : ",") << "{\"path\":" << dumped_json(part.file.path)
        << ",\"task\":" << dumped_json(mixed ? Json(nullptr) : task_json(audited.task))
        << ",\"items\":[";
  is_first_file_ = false;
  if (spool_) {
    spool_->write_items(mixed, out());
    spool_.reset();
  } else {
    for (std::size_t i = 0; i < part.file.records.size(); ++i) {
      const Json task = task_json(part.file.records[i].task);
      out() << (i == 0 ? "" : ",")
            << item_text(i, mixed ? &task : nullptr,
                         dumped_json(grades_json(part.file.records[i])));
    }
  }
  out() << ']';
  if (audited.error) out() << ",\"error\":" << dumped_json(*audited.error);
  out() << '}';
}

void ScoreJsonWriter::finish(const Score& score) {
  const Json summary = {{"summary", reports::summary_json(score.table)},
                        {"max_over_alpha", reports::best_json(score.table)},
                        {"over_seeds", reports::seeds_json(score.table)},
                        {"audit", reports::audit_json(score.audit)}};
  if (is_first_file_) out() << "{\"files\":[";
  out() << "]," << dumped_json(summary).substr(1) << '\n' << std::flush;
  if (path_ == "-") return;
  file_.close();
  check();
  staged_->publish();
}

std::ostream& ScoreJsonWriter::out() { return path_ == "-" ? std::cout : file_; }

void ScoreJsonWriter::check() const {
  if (!file_) {
    throw DeviceError(path_ +
                      ": cannot be written, expected a writable folder with free space; "
                      "choose another --json");
  }
}

}  // namespace evotoken::programs
