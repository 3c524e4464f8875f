#include "programs/score_items.h"

#include <fmt/format.h>

#include <cmath>
#include <exception>

#include "base/error.h"
#include "programs/grade_record.h"
#include "programs/score_lm_eval.h"
#include "reports/audit.h"
#include "reports/python_json.h"
#include "tasks/task.h"

namespace evotoken::programs {
namespace {

using Json = nlohmann::ordered_json;

/// Reads the published fields of `object`; throws DataError with the reason alone.
void read_fields(Json& object, ScoreItem& item) {
  const auto text = [&](const char* key, bool required) -> std::string {
    const auto it = object.find(key);
    if (it != object.end() && it->is_string()) return it->get<std::string>();
    if (it != object.end() && !it->is_null()) {
      throw DataError(fmt::format("field \"{}\" is a {}, expected a string", key, it->type_name()));
    }
    if (required) throw DataError(fmt::format("field \"{}\" missing", key));
    return "";
  };
  item.question = text("question", false);
  item.prompt = text("prompt_input", false);
  const std::string task = text("task", false);
  if (!task.empty()) item.task = canonical_task(task);
  if (item.task.empty()) {
    throw DataError("field \"task\" missing, expected a task; add it or name one with --task");
  }
  item.generation = text("generations", true);
  if (!object.contains("ground_truth")) throw DataError("field \"ground_truth\" missing");
  item.ground_truth = std::move(object["ground_truth"]);
}

/// Python's nan (what pandas makes of an empty cell) is as good as no gold.
bool is_gold(const Json& ground_truth) {
  return !ground_truth.is_null() &&
         !(ground_truth.is_number_float() && std::isnan(ground_truth.get<double>()));
}

}  // namespace

std::string canonical_task(std::string_view name) { return tasks::find_task(name).name(); }

std::string known_tasks() {
  std::vector<std::string> names;
  for (const tasks::Task* task : tasks::all_tasks()) names.push_back(task->name());
  const std::string last = names.back();
  names.pop_back();
  return names.empty() ? last : join_names(names) + " or " + last;
}

ScoreItem parse_json_line(std::string_view line, const std::string& where,
                          const std::string& default_task) {
  ScoreItem item;
  item.task = default_task;
  try {
    Json object = reports::parse_python_json(line, where);
    if (!object.is_object()) {
      throw DataError(fmt::format("is a {}, expected an object", object.type_name()));
    }
    if (is_lm_eval_sample(object)) {
      read_lm_eval_sample(object, item);
    } else {
      read_fields(object, item);
    }
  } catch (const std::exception& fault) {
    item.fault = fault.what();
  }
  return item;
}

reports::ResultRecord grade_item(const ScoreItem& item) {
  reports::ResultRecord record;
  record.task = item.task;
  record.identity = reports::sample_identity(item.question, item.prompt);
  if (item.fault) {
    record.failed = item.fault;
    return record;
  }
  record.has_gold = is_gold(item.ground_truth);
  try {
    const tasks::Task& task = tasks::find_task(item.task);
    set_grades(task.grade_reference(item.generation, item.ground_truth),
               task.grade_verified(item.generation, item.ground_truth), record);
  } catch (const std::exception& fault) {
    record.failed = fault.what();
  }
  return record;
}

}  // namespace evotoken::programs
