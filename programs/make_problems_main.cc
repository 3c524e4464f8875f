// evotoken-make-problems: writes the synthetic problems that the built-in model is trained and
// tested on.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "datasets/generator/asked_parts.h"
#include "datasets/generator/worked_problem.h"
#include "programs/main.h"
#include "programs/output.h"

namespace {

using namespace evotoken;
using nlohmann::ordered_json;
namespace generator = datasets::generator;

constexpr std::size_t kEquationsPerLine = 5;

struct Flags {
  std::string output;
  std::size_t count = 0;
  std::uint64_t seed = 1;
  std::string kind = "worked";
};

std::string worked(const std::vector<generator::WorkedProblem>& problems) {
  std::string lines;
  for (const auto& problem : problems) {
    lines += ordered_json{{"task", problem.task},
                          {"question", problem.question},
                          {"reasoning", problem.reasoning},
                          {"answer", problem.answer}}
                 .dump() +
             "\n";
  }
  return lines;
}

/// Lines whose response comes in parts: given and asked in turn.
template <typename Ask>
std::string asked(const std::vector<generator::WorkedProblem>& problems, Ask ask) {
  std::string lines;
  for (const auto& problem : problems) {
    lines +=
        ordered_json{
            {"task", problem.task}, {"question", problem.question}, {"parts", ask(problem)}}
            .dump() +
        "\n";
  }
  return lines;
}

std::string equations(const std::vector<generator::WorkedProblem>& problems) {
  std::string lines;
  for (const auto& parts : generator::make_equation_lines(problems, kEquationsPerLine)) {
    lines += ordered_json{{"parts", parts}}.dump() + "\n";
  }
  return lines;
}

void write_test_sets(const Flags& flags) {
  const std::filesystem::path folder = flags.output;
  const auto rows = [&](std::string_view task) {
    return generator::make_held_out(task, flags.count, flags.seed);
  };
  const auto write_lines = [&](const char* name, std::string_view task) {
    std::string lines;
    for (const auto& row : rows(task)) lines += row.dump() + "\n";
    write_file_atomically(folder / name, lines);
  };
  write_lines("countdown_cd3_test.jsonl", "countdown");
  write_lines("gsm8k_test.jsonl", "gsm8k");
  write_lines("math500_test.jsonl", "math500");
  write_file_atomically(folder / "svamp.json", ordered_json(rows("svamp")).dump(1) + "\n");
}

int run(const Flags& flags) {
  if (flags.kind == "test") {
    programs::refuse_stdout({"OUTPUT", flags.output}, "a folder");
    write_test_sets(flags);
    return static_cast<int>(ExitStatus::kSuccess);
  }
  const auto problems = generator::make_worked_problems(flags.count, flags.seed);
  generator::Random random(flags.seed);
  const auto rest = [&](const auto& problem) { return generator::ask_rest(problem, random); };
  const auto numbers = [&](const auto& problem) { return generator::ask_numbers(problem, random); };
  const auto lines = [&] {
    if (flags.kind == "results") return asked(problems, generator::ask_results);
    if (flags.kind == "rest") return asked(problems, rest);
    if (flags.kind == "numbers") return asked(problems, numbers);
    return flags.kind == "equations" ? equations(problems) : worked(problems);
  };
  programs::write_output(flags.output, lines());
  return static_cast<int>(ExitStatus::kSuccess);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Writes synthetic problems of the four tasks, none of them a built-in sample.",
               "evotoken-make-problems");
  Flags flags;
  app.add_option("OUTPUT", flags.output, "file of JSON lines, - is stdout; for test a folder")
      ->required();
  app.add_option("COUNT", flags.count, "number of problems; for test that of each task")
      ->required()
      ->check(CLI::Range(1, 10'000'000));
  app.add_option("SEED", flags.seed, "the same seed gives the same problems")
      ->capture_default_str();
  app.add_option(
         "KIND", flags.kind,
         "worked: with reasoning and answer; results: only the results of calculations are "
         "to be learned; rest: all from some place on; numbers: some or all numbers with their "
         "signs, "
         "and the end; equations: lines of five equations, of which the results are asked; test: "
         "problems that no other kind ever has, as data sets for --data_dir of "
         "evotoken-eval")
      ->capture_default_str()
      ->check(CLI::IsMember({"worked", "results", "rest", "numbers", "equations", "test"}));
  return programs::run_main(app, argc, argv, [&] { return run(flags); });
}
