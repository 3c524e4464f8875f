#include "datasets/generator/asked_parts.h"

#include <algorithm>
#include <cctype>
#include <string_view>
#include <utility>

namespace evotoken::datasets::generator {
namespace {

// How a response is written around its reasoning and its answer.
constexpr const char* kOpening = "<reasoning>";
constexpr const char* kTurn = "</reasoning>\n<answer>\\boxed{";
constexpr const char* kClosing = "}</answer>";

std::string response_to(const WorkedProblem& problem) {
  return kOpening + problem.reasoning + kTurn + problem.answer + kClosing;
}

bool digit_at(const std::string& text, std::size_t i) {
  return i < text.size() && std::isdigit(static_cast<unsigned char>(text[i])) != 0;
}

/// Where the results of `text` stand: numbers behind "=", with a sign, behind a space or a dollar.
std::vector<std::pair<std::size_t, std::size_t>> result_spans(const std::string& text) {
  std::vector<std::pair<std::size_t, std::size_t>> spans;
  const auto part_of_number = [&](std::size_t i) {
    const bool point = i < text.size() && text[i] == '.' && digit_at(text, i + 1);
    return digit_at(text, i) || point;
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
  constexpr std::string_view kParts = "0123456789.+-*/=$() ";
  constexpr std::string_view kTimes = "\\cdot";
  std::vector<std::string> equations;
  for (const auto& [begin, end] : result_spans(reasoning)) {
    std::size_t start = begin;
    while (start > 0) {
      const std::string_view before = std::string_view(reasoning).substr(0, start);
      if (before.ends_with(kTimes)) {
        start -= kTimes.size();
        continue;
      }
      if (kParts.find(before.back()) == std::string_view::npos || before.ends_with(". ")) break;
      --start;
    }
    start = std::min(begin, reasoning.find_first_not_of(" .$", start));
    const std::string left = reasoning.substr(start, begin - start);
    if (left.find_first_of("+-*/\\") == std::string::npos) continue;
    equations.push_back(reasoning.substr(start, end - start));
  }
  return equations;
}

}  // namespace

Parts ask_results(const WorkedProblem& problem) {
  auto spans = result_spans(problem.reasoning);
  // The reasoning ends with the answer; an equation before it may have ended there as well.
  const std::size_t last = problem.reasoning.rfind(problem.answer);
  if (last != std::string::npos && (spans.empty() || spans.back().second <= last)) {
    spans.emplace_back(last, last + problem.answer.size());
  }
  Parts parts = split(problem.reasoning, spans);
  parts.front() = kOpening + parts.front();
  parts.back() += kTurn;
  parts.push_back(problem.answer);
  parts.emplace_back(kClosing);
  return parts;
}

Parts ask_rest(const WorkedProblem& problem, Random& random) {
  const std::string text = response_to(problem);
  std::vector<std::size_t> places;
  for (std::size_t i = text.find('>') + 1; i < text.size(); ++i) {
    if (digit_at(text, i) || digit_at(text, i - 1) || text[i - 1] == '>') places.push_back(i);
  }
  const int last = static_cast<int>(places.size()) - 1;
  const std::size_t place = places[static_cast<std::size_t>(random.between(0, last))];
  return {text.substr(0, place), text.substr(place)};
}

Parts ask_numbers(const WorkedProblem& problem, Random& random) {
  constexpr std::string_view kAsked = "0123456789+-*/() ";
  const std::string text = response_to(problem);
  std::vector<std::pair<std::size_t, std::size_t>> spans;
  for (std::size_t begin = text.find('>') + 1; begin < text.size();) {
    const std::size_t end = std::min(text.find_first_not_of(kAsked, begin), text.size());
    const std::size_t last = text.find_last_not_of(' ', end - 1);
    const std::size_t first = text.find_first_not_of(' ', begin);
    const std::size_t digit = text.find_first_of("0123456789", begin);
    if (digit < end) spans.emplace_back(first, last + 1);
    begin = std::max(end, begin + 1);
  }
  const int asked_quarters = random.between(1, 4);
  const auto sure = static_cast<std::size_t>(random.between(0, static_cast<int>(spans.size()) - 1));
  std::vector<std::pair<std::size_t, std::size_t>> asked;
  for (std::size_t i = 0; i < spans.size(); ++i) {
    if (i == sure || random.between(1, 4) <= asked_quarters) asked.push_back(spans[i]);
  }
  Parts parts = split(text, asked);
  parts.emplace_back();
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
