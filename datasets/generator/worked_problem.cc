#include "datasets/generator/worked_problem.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "base/hash.h"
#include "datasets/countdown.h"
#include "datasets/generator/generator.h"
#include "datasets/gsm8k.h"
#include "datasets/math500.h"
#include "datasets/svamp.h"

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

/// Where the results of `text` stand: numbers behind "=", with a sign, behind a space or a dollar.
std::vector<std::pair<std::size_t, std::size_t>> result_spans(const std::string& text) {
  std::vector<std::pair<std::size_t, std::size_t>> spans;
  const auto part_of_number = [&](std::size_t i) {
    const char c = i < text.size() ? text[i] : ' ';
    const bool digit = std::isdigit(static_cast<unsigned char>(c)) != 0;
    const bool point = c == '.' && i + 1 < text.size() &&
                       std::isdigit(static_cast<unsigned char>(text[i + 1])) != 0;
    return digit || point;
  };
  for (std::size_t equals = text.find('='); equals != std::string::npos;
       equals = text.find('=', equals + 1)) {
    std::size_t begin = equals + 1;
    while (begin < text.size() && (text[begin] == ' ' || text[begin] == '$')) ++begin;
    std::size_t end = begin + (begin < text.size() && text[begin] == '-' ? 1 : 0);
    if (!part_of_number(end)) continue;
    while (part_of_number(end)) ++end;
    spans.emplace_back(begin, end);
  }
  return spans;
}

Parts split(const std::string& text,
            const std::vector<std::pair<std::size_t, std::size_t>>& asked_spans) {
  Parts parts;
  std::size_t at = 0;
  for (const auto& [begin, end] : asked_spans) {
    parts.push_back(text.substr(at, begin - at));
    parts.push_back(text.substr(begin, end - begin));
    at = end;
  }
  parts.push_back(text.substr(at));
  return parts;
}

/// The equations of a reasoning, each "left = right" without the words around it.
std::vector<std::string> equations_in(const std::string& reasoning) {
  constexpr std::string_view kParts = "0123456789.+-*/=$ ";
  std::vector<std::string> equations;
  for (const auto& [begin, end] : result_spans(reasoning)) {
    std::size_t start = begin;
    while (start > 0 && kParts.find(reasoning[start - 1]) != std::string_view::npos &&
           !(reasoning[start - 1] == ' ' && start > 1 && reasoning[start - 2] == '.')) {
      --start;
    }
    start = std::min(begin, reasoning.find_first_not_of(" .$", start));
    const std::string left = reasoning.substr(start, begin - start);
    if (left.find_first_of("+-*/") == std::string::npos) continue;
    equations.push_back(reasoning.substr(start, end - start));
  }
  return equations;
}

/// Hashes of the questions that must stay unseen.
std::unordered_set<std::string> test_questions() {
  std::unordered_set<std::string> hashes;
  for (const Dataset& dataset :
       {builtin_countdown(), builtin_countdown_examples(), builtin_gsm8k(),
        builtin_gsm8k_examples(), builtin_math500(), builtin_math500_examples(), builtin_svamp(),
        builtin_svamp_examples()}) {
    for (const Sample& sample : dataset.samples) hashes.insert(content_hash(sample.question));
  }
  return hashes;
}

}  // namespace

std::vector<WorkedProblem> make_worked_problems(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  std::unordered_set<std::string> seen = test_questions();
  std::vector<WorkedProblem> problems;
  problems.reserve(count);
  const auto draw = [&](std::size_t task) {
    switch (task) {
      case 0:
        return from_countdown(random_countdown(random));
      case 1:
        return from_gsm8k(random_gsm8k(random));
      case 2:
        return from_math500(random_math500(random));
      default:
        return from_svamp(random_svamp(random));
    }
  };
  // A template can run dry (few numbers to choose from); then the other tasks fill the set.
  constexpr int kAttempts = 50;
  for (std::size_t turn = 0; problems.size() < count; ++turn) {
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
      WorkedProblem problem = draw(turn % 4);
      if (!seen.insert(content_hash(problem.question)).second) continue;
      problems.push_back(std::move(problem));
      break;
    }
  }
  return problems;
}

Parts ask_results(const WorkedProblem& problem) {
  auto spans = result_spans(problem.reasoning);
  // The reasoning ends with the answer; an equation before it may have ended there as well.
  const std::size_t last = problem.reasoning.rfind(problem.answer);
  if (last != std::string::npos && (spans.empty() || spans.back().second <= last)) {
    spans.emplace_back(last, last + problem.answer.size());
  }
  Parts parts = split(problem.reasoning, spans);
  parts.front() = "<reasoning>" + parts.front();
  parts.back() += "</reasoning>\n<answer>\\boxed{";
  parts.push_back(problem.answer);
  parts.push_back("}</answer>");
  return parts;
}

std::vector<Parts> make_equation_lines(const std::vector<WorkedProblem>& problems,
                                       std::size_t per_line) {
  std::vector<Parts> lines;
  std::string line;
  std::size_t on_line = 0;
  for (const WorkedProblem& problem : problems) {
    for (const std::string& equation : equations_in(problem.reasoning)) {
      line += equation + "\n";
      if (++on_line < per_line) continue;
      lines.push_back(split(line, result_spans(line)));
      line.clear();
      on_line = 0;
    }
  }
  return lines;
}

}  // namespace evotoken::datasets::generator
