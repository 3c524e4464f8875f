#include "programs/score_lm_eval.h"

#include <fmt/format.h>

#include <charconv>
#include <vector>

#include "base/error.h"
#include "reports/generations_file.h"
#include "tasks/task.h"

namespace evotoken::programs {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kPrefix = "samples_";
constexpr std::string_view kExtension = ".jsonl";

const Json* find(const Json& object, const char* key) {
  if (!object.is_object()) return nullptr;
  const auto it = object.find(key);
  return it == object.end() || it->is_null() ? nullptr : &*it;
}

/// The text of a field: a string as it is, a number as it is written.
std::optional<std::string> text_of(const Json& object, const char* key) {
  const Json* value = find(object, key);
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return value->get<std::string>();
  if (value->is_number()) return value->dump();
  return std::nullopt;
}

/// The first string in nested lists: [["text", …], …] holds repeats of requests.
std::optional<std::string> first_string(const Json* value) {
  while (value != nullptr && value->is_array() && !value->empty()) value = &value->front();
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return value->get<std::string>();
}

/// "arguments" is [[prompt, settings]] in older files, {"gen_args_0": {"arg_0": prompt, …}} in
/// newer.
std::string prompt_of(const Json& line) {
  const Json* arguments = find(line, "arguments");
  if (arguments == nullptr) return "";
  if (const Json* first = find(*arguments, "gen_args_0")) {
    return text_of(*first, "arg_0").value_or("");
  }
  return first_string(arguments).value_or("");
}

std::string question_of(const Json& doc) {
  for (const char* key : {"question", "problem", "input"}) {
    if (const auto text = text_of(doc, key)) return *text;
  }
  return text_of(doc, "Body").value_or("") + text_of(doc, "Question").value_or("");
}

/// All of `text` as an integer.
std::int64_t to_integer(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw DataError(fmt::format("doc: number \"{}\", expected a whole number", text));
  }
  return value;
}

/// Countdown's given numbers: "30,100,93" or [30, 100, 93].
std::vector<std::int64_t> numbers_of(const Json& doc) {
  std::vector<std::int64_t> numbers;
  for (const char* key : {"numbers", "nums", "input"}) {
    const Json* value = find(doc, key);
    if (value == nullptr) continue;
    if (value->is_array()) {
      for (const Json& number : *value) numbers.push_back(to_integer(number.dump()));
    } else if (value->is_string()) {
      std::string_view rest = value->get_ref<const std::string&>();
      while (true) {
        const std::size_t comma = rest.find(',');
        numbers.push_back(to_integer(rest.substr(0, comma)));
        if (comma == std::string_view::npos) break;
        rest.remove_prefix(comma + 1);
      }
    }
    return numbers;
  }
  throw DataError("doc: the given numbers missing (\"numbers\", \"nums\" or \"input\")");
}

/// The filter of a line; nothing where it is no sample or names none.
std::optional<std::string> filter_of(std::string_view line) {
  if (line.find("\"filter\"") == std::string_view::npos) return std::nullopt;
  const Json object = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!is_lm_eval_sample(object)) return std::nullopt;
  return lm_eval_filter(object);
}

/// The gold as the task's own data spells it, which its plugin can read.
datasets::Sample gold_sample(const std::string& task, const Json& line) {
  const Json doc = line.value("doc", Json::object());
  datasets::Sample sample;
  sample.id = "doc";
  const auto answer_in = [&](std::initializer_list<const char*> keys) {
    for (const char* key : keys) {
      if (const auto text = text_of(doc, key)) return *text;
    }
    if (const auto text = text_of(line, "target")) return *text;
    throw DataError("no gold in \"doc\" or \"target\"");
  };
  if (task == "countdown") {
    sample.numbers = numbers_of(doc);
    sample.answer = answer_in({"output", "target"});
  } else if (task == "svamp") {
    sample.answer = answer_in({"Answer", "answer"});
  } else {
    sample.answer = answer_in({"answer"});
  }
  // A bare number is a gold too; the mark makes it readable by the published rule.
  if (task == "gsm8k" && sample.answer.find("####") == std::string::npos) {
    sample.answer.insert(0, "#### ");
  }
  return sample;
}

}  // namespace

bool is_lm_eval_sample(const Json& line) {
  return line.is_object() && line.contains("doc") &&
         (line.contains("resps") || line.contains("filtered_resps"));
}

std::string lm_eval_filter(const Json& line) { return text_of(line, "filter").value_or(""); }

void SampleFilter::learn(const LineBlock& block) {
  if (first_ || block.text.find("\"filter\"") == std::string::npos) return;
  block.for_each_line([this](std::string_view line, std::size_t) {
    if (!first_) first_ = filter_of(line);
  });
}

bool SampleFilter::skips(std::string_view line) const {
  if (!first_) return false;
  const std::optional<std::string> filter = filter_of(line);
  return filter && *filter != *first_;
}

std::string lm_eval_setup(const std::string& filename) {
  std::string_view name = filename;
  if (name.ends_with(kExtension)) name.remove_suffix(kExtension.size());
  if (!name.starts_with(kPrefix)) return std::string(name);
  name.remove_prefix(kPrefix.size());
  // "_2025-01-31T13-45-07.123456"
  const std::size_t underscore = name.rfind('_');
  if (underscore != std::string_view::npos && underscore > 0) {
    const std::string_view time = name.substr(underscore + 1);
    const bool is_time =
        time.find('T') == 10 && time.find_first_not_of("0123456789-:.T+") == std::string_view::npos;
    if (is_time) name = name.substr(0, underscore);
  }
  return std::string(name);
}

std::string lm_eval_task(const std::string& filename) {
  return reports::task_of_name(lm_eval_setup(filename));
}

void read_lm_eval_sample(const Json& line, ScoreItem& item) {
  item.question = question_of(line.value("doc", Json::object()));
  item.prompt = prompt_of(line);
  if (item.task.empty()) throw DataError("task unknown, expected one; name it with --task");
  auto response = first_string(find(line, "resps"));
  if (!response) response = first_string(find(line, "filtered_resps"));
  if (!response) throw DataError("no text in \"resps\" or \"filtered_resps\"");
  item.generation = std::move(*response);
  const Json doc = line.value("doc", Json::object());
  if (doc.is_object() && doc.contains("ground_truth")) {  // our own export: the published gold
    item.ground_truth = doc["ground_truth"];
    return;
  }
  item.ground_truth = tasks::find_task(item.task).ground_truth(gold_sample(item.task, line));
}

}  // namespace evotoken::programs
