// Tokenisation and grading: what surrounds decoding on the host. Median and spread:
// --benchmark_repetitions=9.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/tokenizer/tokenizer.h"
#include "tasks/task.h"

namespace {

using namespace evotoken;

/// A worked answer of the built-in samples of `task`, boxed as a model is asked to.
struct Item {
  std::string text;
  nlohmann::ordered_json gold;
};

std::vector<Item> items(const std::string& name) {
  const tasks::Task& task = tasks::find_task(name);
  std::vector<Item> all;
  for (const datasets::Sample& sample : task.load("").samples) {
    all.push_back({sample.question + "\nStep by step, the answer is \\boxed{" + sample.answer +
                       "}.</reasoning>\n<answer>\\boxed{" + sample.answer + "}</answer><|eot_id|>",
                   task.verified_gold(sample)});
  }
  return all;
}

void grade(benchmark::State& state, const std::string& name) {
  const tasks::Task& task = tasks::find_task(name);
  const std::vector<Item> all = items(name);
  for (auto _ : state) {
    for (const Item& item : all) {
      benchmark::DoNotOptimize(task.grade_reference(item.text, item.gold));
      benchmark::DoNotOptimize(task.grade_verified(item.text, item.gold));
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(all.size()));
}
BENCHMARK_CAPTURE(grade, countdown, std::string("countdown"));
BENCHMARK_CAPTURE(grade, gsm8k, std::string("gsm8k"));
BENCHMARK_CAPTURE(grade, math500, std::string("math500"));
BENCHMARK_CAPTURE(grade, svamp, std::string("svamp"));

/// A tokenizer of the golden files: LLaDA's own cannot be had offline, theirs is of its kind.
void encode(benchmark::State& state, const std::string& name) {
  const char* const golden = std::getenv("EVOTOKEN_GOLDEN_DIR");
  const std::filesystem::path folder =
      std::filesystem::path(golden == nullptr ? EVOTOKEN_SOURCE_DIR "/tests/golden" : golden) /
      "tokenizer" / name;
  const auto tokenizer = tokenizer::Tokenizer::load(folder);
  std::string text;
  for (const Item& item : items("gsm8k")) text += item.text;
  if (tokenizer.decode(tokenizer.encode(text)) != text) {
    state.SkipWithError("the text does not come back");
    return;
  }
  for (auto _ : state) benchmark::DoNotOptimize(tokenizer.encode(text));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK_CAPTURE(encode, llama3, std::string("llama3"));
BENCHMARK_CAPTURE(encode, qwen2, std::string("qwen2"));

}  // namespace

BENCHMARK_MAIN();
