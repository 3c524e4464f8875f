#include "training/question_answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/error.h"
#include "base/files.h"
#include "tasks/task.h"

namespace evotoken::training {
namespace {

using nlohmann::ordered_json;

bool has(const ordered_json& record, const char* field) {
  const auto found = record.find(field);
  return found != record.end() && found->is_string();
}

std::string text(const ordered_json& record, const char* field) {
  return record.at(field).get<std::string>();
}

std::string ask(std::string_view question) {
  return fmt::format("{}\n\n{}", kTrainingSystemPrompt, question);
}

/// The rule for s1K and MATH: the answer reaches from the last `\boxed{` to the last `}`.
std::optional<std::string> last_box(const std::string& worked) {
  constexpr std::string_view kBox = "\\boxed{";
  const std::size_t begin = worked.rfind(kBox);
  const std::size_t end = worked.rfind('}');
  if (begin == std::string::npos || end == std::string::npos || end <= begin) return std::nullopt;
  return worked.substr(begin + kBox.size(), end - begin - kBox.size());
}

std::optional<QuestionAnswer> boxed(const std::string& question, const std::string& worked) {
  const auto answer = last_box(worked);
  if (!answer) return std::nullopt;
  return QuestionAnswer{ask(question), worked_response(worked, *answer), {}};
}

std::optional<QuestionAnswer> gsm8k(const ordered_json& record) {
  constexpr std::string_view kMark = "#### ";
  const std::string worked = text(record, "answer");
  const std::size_t mark = worked.rfind(kMark);
  std::string answer = worked.substr(mark + kMark.size());
  answer.erase(answer.find_last_not_of(" \t\r\n") + 1);
  answer.erase(0, answer.find_first_not_of(" \t\r\n"));
  return QuestionAnswer{
      ask(text(record, "question")), worked_response(worked.substr(0, mark), answer), {}};
}

/// The user's turn of a record of ours: with the prompt of its task, where it names one.
std::string user_turn_of(const ordered_json& record) {
  const std::string question = text(record, "question");
  if (!has(record, "task")) return ask(question);
  datasets::Sample sample;
  sample.question = question;
  return tasks::user_turn(tasks::find_task(text(record, "task")), sample);
}

QuestionAnswer with_gaps(const ordered_json& record) {
  QuestionAnswer item;
  if (has(record, "question")) item.user_turn = user_turn_of(record);
  item.parts = record.at("parts").get<std::vector<std::string>>();
  for (const std::string& part : item.parts) item.response += part;
  return item;
}

bool is_text_list(const ordered_json& value) {
  return value.is_array() &&
         std::all_of(value.begin(), value.end(), [](const auto& part) { return part.is_string(); });
}

/// Nothing where the published rules drop the record.
std::optional<QuestionAnswer> read_record(const ordered_json& record, const std::string& where) {
  if (record.is_object()) {
    if (record.contains("parts") && is_text_list(record.at("parts"))) return with_gaps(record);
    if (has(record, "question") && has(record, "attempt")) {
      if (!has(record, "cot_type") || text(record, "cot_type") != "math") return std::nullopt;
      return boxed(text(record, "question"), text(record, "attempt"));
    }
    if (has(record, "problem") && has(record, "solution")) {
      return boxed(text(record, "problem"), text(record, "solution"));
    }
    if (has(record, "question") && has(record, "answer")) {
      if (has(record, "reasoning")) {
        return QuestionAnswer{user_turn_of(record),
                              worked_response(text(record, "reasoning"), text(record, "answer")),
                              {}};
      }
      if (text(record, "answer").find("#### ") != std::string::npos) return gsm8k(record);
      return QuestionAnswer{ask(text(record, "question")), text(record, "answer"), {}};
    }
  }
  throw DataError(
      fmt::format("{}: a record of no known kind, expected question and answer, problem and "
                  "solution, or s1K's question and attempt; convert the file",
                  where));
}

}  // namespace

std::string worked_response(std::string_view reasoning, std::string_view answer) {
  return fmt::format("<reasoning>{}</reasoning>\n<answer>\\boxed{{{}}}</answer>", reasoning,
                     answer);
}

std::vector<QuestionAnswer> read_training_file(const std::filesystem::path& path) {
  if (path.extension() == ".parquet") {
    throw DataError(fmt::format(
        "{}: Parquet, expected JSON lines; convert it with `python3 -c \"import pandas, sys; "
        "pandas.read_parquet(sys.argv[1]).to_json(sys.argv[2], orient='records', lines=True)\" "
        "{} data.jsonl`",
        path.string(), path.string()));
  }
  std::vector<QuestionAnswer> data;
  const auto keep = [&](const ordered_json& record, const std::string& where) {
    if (auto item = read_record(record, where)) data.push_back(std::move(*item));
  };
  if (path.extension() == ".json") {
    const ordered_json array = read_json_file(path);
    if (!array.is_array()) {
      throw DataError(fmt::format("{}: not a JSON array, expected one, or JSON lines in a .jsonl",
                                  path.string()));
    }
    for (std::size_t i = 0; i < array.size(); ++i) {
      keep(array[i], fmt::format("{}: record {}", path.string(), i));
    }
  } else {
    for_each_line(path, [&](std::string_view line, std::size_t number) {
      const std::string where = fmt::format("{}:{}", path.string(), number);
      keep(parse_json(line, where), where);
    });
  }
  if (data.empty()) {
    throw DataError(
        fmt::format("{}: no usable record, expected questions with answers; check the "
                    "file",
                    path.string()));
  }
  return data;
}

}  // namespace evotoken::training
