// evotoken-make-problems FILE COUNT [SEED] [KIND]: writes worked problems as JSON lines, which
// evotoken-train and evotoken-train-tokenizer read.
#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "datasets/generator/worked_problem.h"

namespace {

namespace generator = evotoken::datasets::generator;
using nlohmann::ordered_json;

constexpr std::string_view kUsage =
    "usage: evotoken-make-problems FILE COUNT [SEED] [KIND]\n"
    "Writes worked problems of the four tasks to FILE, none of them a built-in sample; the same\n"
    "SEED (default 1) gives the same problems. KIND is\n"
    "  worked     COUNT problems with reasoning and answer (default)\n"
    "  results    the same, of which only the results of calculations are to be learned\n"
    "  equations  lines of ten equations from COUNT problems, likewise\n";

constexpr std::size_t kEquationsPerLine = 10;

std::string json_lines(const std::vector<generator::WorkedProblem>& problems,
                       std::string_view kind) {
  std::string lines;
  if (kind == "equations") {
    for (const auto& parts : generator::make_equation_lines(problems, kEquationsPerLine)) {
      lines += ordered_json{{"parts", parts}}.dump() + "\n";
    }
    return lines;
  }
  for (const auto& problem : problems) {
    ordered_json line = {{"task", problem.task}, {"question", problem.question}};
    if (kind == "results") {
      line["parts"] = generator::ask_results(problem);
    } else {
      line["reasoning"] = problem.reasoning;
      line["answer"] = problem.answer;
    }
    lines += line.dump() + "\n";
  }
  return lines;
}

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view first = argc > 1 ? argv[1] : "";
  if (first == "--help" || first == "-h") {
    fmt::print("{}", kUsage);
    return static_cast<int>(evotoken::ExitStatus::kSuccess);
  }
  const auto count = argc > 2 ? whole_number(argv[2]) : std::nullopt;
  const auto seed = argc > 3 ? whole_number(argv[3]) : std::uint64_t{1};
  const std::string_view kind = argc > 4 ? argv[4] : "worked";
  const bool known_kind = kind == "worked" || kind == "results" || kind == "equations";
  if (argc < 3 || argc > 5 || !count || !seed || !known_kind || first.empty() ||
      first.front() == '-') {
    fmt::print(stderr, "{}", kUsage);
    return static_cast<int>(evotoken::ExitStatus::kUsage);
  }
  try {
    evotoken::write_file_atomically(
        argv[1], json_lines(generator::make_worked_problems(*count, *seed), kind));
  } catch (const evotoken::Error& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return static_cast<int>(error.status());
  }
  return static_cast<int>(evotoken::ExitStatus::kSuccess);
}
