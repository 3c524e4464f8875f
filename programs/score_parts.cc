#include "programs/score_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "programs/line_blocks.h"
#include "programs/score_csv.h"
#include "programs/score_lm_eval.h"
#include "reports/generations_file.h"
#include "reports/setup_directory.h"
#include "tasks/task.h"

namespace evotoken::programs {
namespace fs = std::filesystem;

namespace {

using AddJob = std::function<void(PartJob)>;

void add_record(reports::ResultRecord record, ScoreItem item, ScoredFile& file) {
  record.directory = file.audited.directory;
  record.setup = file.audited.setup;
  record.rank = file.audited.rank;
  file.records.push_back(std::move(record));
  file.items.push_back(std::move(item));
}

/// Whether a task of this program is called so. The published rule knows four names; the files of a
/// task that was added are recognised by its own.
bool is_task(const std::string& subject) {
  const std::vector<const tasks::Task*> known = tasks::all_tasks();
  return std::ranges::any_of(known, [&](const auto* task) { return task->name() == subject; });
}

void score_generations(const fs::path& path, const std::string& task, ScoredFile& file) {
  std::vector<reports::ItemFault> faults;
  reports::GenerationsFile body = reports::read_generations(path, &faults);
  std::vector<reports::Generation> generations = std::move(body.items);
  body.items.clear();
  file.audited = reports::describe_file(path, body);
  const auto name = reports::parse_generations_name(path.filename().string());
  if (name && is_task(name->subject)) file.audited.task = name->subject;
  if (!task.empty()) file.audited.task = task;
  auto fault = faults.begin();
  for (std::size_t i = 0; i < generations.size(); ++i) {
    reports::Generation& generation = generations[i];
    ScoreItem item{file.audited.task,
                   std::move(generation.generations),
                   std::move(generation.ground_truth),
                   std::move(generation.question),
                   std::move(generation.prompt_input).value_or(""),
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

/// Length and steps where a setup's name ends in them, as the published names do.
void set_sizes(const std::string& setup, reports::ResultRecord& record) {
  const auto name =
      reports::parse_generations_name(reports::generations_filename(setup, /*rank=*/0));
  if (!name) return;
  record.gen_length = name->gen_length;
  record.steps = name->steps;
}

/// Folders and setups that an items table names keep their names.
void score_csv(const fs::path& path, ScoredFile& file) {
  const std::string own_directory = file.audited.directory;
  const std::string own_setup = file.audited.setup;
  for (CsvItem& row : read_items_csv(read_file(path), file.path, file.audited.task)) {
    reports::ResultRecord record = grade_item(row.item);
    file.audited.directory = row.directory.empty() ? own_directory : row.directory;
    file.audited.setup = row.setup.empty() ? own_setup : row.setup;
    set_sizes(file.audited.setup, record);
    add_record(std::move(record), std::move(row.item), file);
  }
  file.audited.directory = own_directory;
  file.audited.setup = own_setup;
}

/// What the name of a table or of JSON lines says.
ScoredFile describe_lines(const fs::path& path, const std::string& task) {
  ScoredFile file;
  file.path = path.string();
  const std::string filename = path.filename().string();
  file.audited = reports::describe_file(path, {});
  file.audited.setup = lm_eval_setup(filename);
  file.audited.task =
      task.empty() && filename.starts_with("samples_") ? lm_eval_task(filename) : task;
  file.audited.of_test_set = filename.starts_with("samples_");
  return file;
}

/// A file that is graded as a whole.
ScoredPart score_whole(const fs::path& path, const std::string& task) {
  ScoredPart part;
  try {
    if (path.extension() == ".json") {
      part.file.path = path.string();
      score_generations(path, task, part.file);
    } else {
      part.file = describe_lines(path, task);
      score_csv(path, part.file);
    }
  } catch (const std::exception& fault) {
    part.file = {path.string(), {}, {}, reports::describe_unreadable(path, fault.what())};
  }
  return part;
}

/// Grades the lines of a block that are not blank.
void score_block(const LineBlock& block, const SampleFilter& filter, ScoredFile& file) {
  block.for_each_line([&](std::string_view line, std::size_t number) {
    if (filter.skips(line)) return;
    ScoreItem item =
        parse_json_line(line, fmt::format("{}:{}", file.path, number), file.audited.task);
    reports::ResultRecord record = grade_item(item);
    set_sizes(file.audited.setup, record);
    add_record(std::move(record), std::move(item), file);
  });
}

/// `described` is the file without its items. The last part is an empty one: only then is it known
/// that nothing follows.
void add_line_jobs(std::istream& stream, const ScoredFile& described, const AddJob& add) {
  LineReader reader(stream, described.path);
  SampleFilter filter;
  bool is_first = true;
  std::optional<std::string> error;
  try {
    while (std::optional<LineBlock> block = reader.next()) {
      filter.learn(*block);
      // A job must be copyable, and a block is not worth a copy.
      auto shared = std::make_shared<const LineBlock>(std::move(*block));
      add([shared = std::move(shared), filter, described, is_first] {
        ScoredPart part{described, is_first, /*is_last=*/false};
        score_block(*shared, filter, part.file);
        return part;
      });
      is_first = false;
    }
  } catch (const DataError& fault) {
    error = fault.what();
  }
  add([described, is_first, error] {
    ScoredPart part{described, is_first, /*is_last=*/true};
    part.file.audited.error = error;
    return part;
  });
}

std::string question_in_lines(const fs::path& path, std::size_t index) {
  std::ifstream stream = open_lines(path);
  LineReader reader(stream, path.string());
  SampleFilter filter;
  std::optional<std::string> question;
  while (std::optional<LineBlock> block = reader.next()) {
    filter.learn(*block);
    block->for_each_line([&](std::string_view line, std::size_t) {
      if (question || filter.skips(line)) return;
      if (index-- == 0) question = parse_json_line(line, path.string(), "").question;
    });
    if (question) break;
  }
  return question.value_or("");
}

}  // namespace

void add_file_jobs(const fs::path& path, const std::string& task, const AddJob& add) {
  if (path.extension() == ".json" || path.extension() == ".csv") {
    add([path, task] { return score_whole(path, task); });
    return;
  }
  std::ifstream stream;
  try {
    stream = open_lines(path);
  } catch (const DataError& fault) {
    add([path, reason = std::string(fault.what())] {
      return ScoredPart{{path.string(), {}, {}, reports::describe_unreadable(path, reason)}};
    });
    return;
  }
  add_line_jobs(stream, describe_lines(path, task), add);
}

void add_stream_jobs(std::istream& stream, const std::string& name, const std::string& task,
                     const AddJob& add) {
  ScoredFile file;
  file.path = name;
  file.audited.path = name;
  file.audited.directory = reports::directory_label("");
  file.audited.setup = "stdin";
  file.audited.task = task;
  file.audited.of_test_set = false;
  add_line_jobs(stream, file, add);
}

std::string read_question(const fs::path& path, std::size_t index) {
  try {
    if (path.extension() == ".json") {
      std::vector<reports::ItemFault> faults;
      return reports::read_generations(path, &faults).items.at(index).question;
    }
    if (path.extension() == ".csv") {
      return read_items_csv(read_file(path), path.string(), "").at(index).item.question;
    }
    return question_in_lines(path, index);
  } catch (const std::exception&) {
    return "";  // changed or gone since it was graded; the message does without
  }
}

}  // namespace evotoken::programs
