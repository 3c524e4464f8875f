#include "datasets/generator/worked_problem.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "datasets/generator/generator.h"
#include "datasets/generator/held_out.h"

namespace evotoken::datasets::generator {
namespace {

using nlohmann::ordered_json;

/// `text` without the stretches from `open` to `close`, both included: "8*15=<<8*15=120>>120" →
/// "8*15=120".
std::string without(std::string text, std::string_view open, std::string_view close) {
  for (std::size_t begin = text.find(open); begin != std::string::npos; begin = text.find(open)) {
    text.erase(begin, text.find(close, begin) + close.size() - begin);
  }
  return text;
}

WorkedProblem from_gsm8k(const ordered_json& row) {
  constexpr std::string_view kMark = "\n#### ";
  const auto worked = row.at("answer").get<std::string>();
  const std::size_t mark = worked.find(kMark);
  return {"gsm8k", row.at("question").get<std::string>(),
          without(worked.substr(0, mark), "<<", ">>"), worked.substr(mark + kMark.size())};
}

WorkedProblem from_math500(const ordered_json& row) {
  // The solution ends "… is $\boxed{25}$."; the reasoning names the result without the box.
  const auto answer = row.at("answer").get<std::string>();
  std::string reasoning = row.at("solution").get<std::string>();
  const std::string box = fmt::format("$\\boxed{{{}}}$", answer);
  reasoning.replace(reasoning.find(box), box.size(), fmt::format("${}$", answer));
  return {"math500", row.at("problem").get<std::string>(), reasoning, answer};
}

/// "( ( 9.0 - 4.0 ) + 2.0 )" worked from the left: "9 - 4 = 5. 5 + 2 = 7."
std::string work_equation(const std::string& equation) {
  std::string reasoning;
  std::vector<int> values;
  std::vector<char> operations;
  for (std::size_t i = 0; i < equation.size(); ++i) {
    const char c = equation[i];
    if (std::isdigit(static_cast<unsigned char>(c)) != 0) {
      const std::size_t end = equation.find('.', i);
      values.push_back(std::stoi(equation.substr(i, end - i)));
      i = end + 1;  // the digit behind the point
    } else if (c == '+' || c == '-' || c == '*' || c == '/') {
      operations.push_back(c);
    } else if (c == ')') {
      const int right = values.back();
      values.pop_back();
      const int left = values.back();
      const char operation = operations.back();
      operations.pop_back();
      values.back() = operation == '+'   ? left + right
                      : operation == '-' ? left - right
                      : operation == '*' ? left * right
                                         : left / right;
      reasoning += fmt::format("{}{} {} {} = {}.", reasoning.empty() ? "" : " ", left, operation,
                               right, values.back());
    }
  }
  return reasoning;
}

WorkedProblem from_svamp(const ordered_json& row) {
  return {"svamp", row.at("Body").get<std::string>() + row.at("Question").get<std::string>(),
          work_equation(row.at("Equation").get<std::string>()),
          fmt::format("{}", row.at("Answer").get<double>())};
}

WorkedProblem from_countdown(const ordered_json& row) {
  std::string numbers = row.at("input").get<std::string>();
  for (std::size_t comma = numbers.find(','); comma != std::string::npos;
       comma = numbers.find(',', comma + 1)) {
    numbers.insert(comma + 1, " ");
  }
  return {"countdown",
          fmt::format("Numbers: [{}]\nTarget: {}", numbers, row.at("output").get<std::string>()),
          row.at("solution").get<std::string>(), row.at("expression").get<std::string>()};
}

/// Where a task's problems come from, and how a row of its data set becomes a worked problem.
struct Source {
  std::string_view task;
  ordered_json (*random_row)(Random&);
  WorkedProblem (*work)(const ordered_json&);
};

constexpr Source kCountdown = {"countdown", random_countdown, from_countdown};
constexpr Source kGsm8k = {"gsm8k", random_gsm8k, from_gsm8k};
constexpr Source kMath500 = {"math500", random_math500, from_math500};
constexpr Source kSvamp = {"svamp", random_svamp, from_svamp};

}  // namespace

std::vector<WorkedProblem> make_worked_problems(std::size_t count, std::uint64_t seed) {
  constexpr std::array kTurns = {kCountdown, kGsm8k, kMath500, kSvamp};
  Random random(seed);
  const HeldOut held_out;
  std::vector<WorkedProblem> problems;
  problems.reserve(count);
  while (problems.size() < count) {
    const Source& source = kTurns[problems.size() % kTurns.size()];
    WorkedProblem problem = source.work(source.random_row(random));
    if (!held_out.contains(problem.question)) problems.push_back(std::move(problem));
  }
  return problems;
}

Rows make_held_out(std::string_view task, std::size_t count, std::uint64_t seed) {
  constexpr std::array kSources = {kCountdown, kGsm8k, kMath500, kSvamp};
  const auto* const source = std::ranges::find(kSources, task, &Source::task);
  Random random(seed);
  const HeldOut held_out;
  std::unordered_set<std::string> seen;
  Rows rows;
  while (rows.size() < count) {
    ordered_json row = source->random_row(random);
    const std::string question = source->work(row).question;
    if (!held_out.contains(question) || !seen.insert(question).second) continue;
    if (task == "countdown") {  // the published set has no solutions
      row.erase("solution");
      row.erase("expression");
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace evotoken::datasets::generator
