// Every golden decode, free-running (tokens, choices, revisions, NFE) and teacher-forced
// (confidences and soft tokens to 1e-5).
#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "engine/decoding/denoiser.h"
#include "tests/engine/decoding/golden_case.h"

namespace evotoken::decoding {
namespace {

using Json = nlohmann::ordered_json;
using testing::Adapter;
using testing::golden_cases;
using testing::GoldenCase;

/// Keeps every step as JSON, in the golden form.
class Recorder final : public TraceSink {
 public:
  void on_step(const StepView& view) override { steps.push_back(to_json(view)); }
  std::vector<Json> steps;
};

std::string case_name(const std::filesystem::path& path) {
  return path.parent_path().filename().string() + "/" + path.filename().string();
}

void expect_near_all(const Json& actual, const Json& expected, const std::string& what) {
  const Json flat_actual = actual.flatten();
  const Json flat_expected = expected.flatten();
  ASSERT_EQ(flat_actual.size(), flat_expected.size()) << what;
  for (const auto& [key, value] : flat_expected.items()) {
    ASSERT_NEAR(flat_actual.at(key).get<double>(), value.get<double>(), 1e-5) << what << key;
  }
}

void run_freely(const GoldenCase& golden, Adapter adapter) {
  const model::LladaModel& model = golden.model(adapter);
  Recorder recorder;
  Denoiser denoiser(model, golden.options, golden.prompt,
                    golden.randomness(model.config().vocab_size), &recorder);
  while (!denoiser.finished()) denoiser.step();

  EXPECT_EQ(denoiser.output(), golden.output);
  EXPECT_EQ(denoiser.state().nfe, golden.json.at("nfe").get<std::int64_t>());
  if (!golden.json.contains("steps_trace")) return;
  const Json& trace = golden.json["steps_trace"];
  ASSERT_EQ(recorder.steps.size(), trace.size());
  for (std::size_t i = 0; i < trace.size(); ++i) {
    EXPECT_EQ(recorder.steps[i]["chosen"], trace[i]["chosen"]) << "step " << i;
    for (const char* field : {"block_start", "revised", "x"}) {
      if (!trace[i].contains(field)) continue;  // the baseline's traces are shorter
      EXPECT_EQ(recorder.steps[i][field], trace[i][field]) << "step " << i << " " << field;
    }
    if (!trace[i].contains("tokens")) continue;
    Json chosen_tokens = Json::array();
    for (const auto& p : trace[i]["chosen"]) {
      chosen_tokens.push_back(recorder.steps[i]["x"][p.get<std::size_t>()]);
    }
    EXPECT_EQ(chosen_tokens, trace[i]["tokens"]) << "step " << i;
  }
}

/// Overwrites what a step left by what the golden step left.
void force(SequenceState& state, const Json& step, std::int64_t block_begin) {
  const auto begin = static_cast<std::ptrdiff_t>(state.prompt_length);
  const auto tokens = step["x"].get<std::vector<TokenId>>();
  const auto confidence = step["confidence"].get<std::vector<double>>();
  std::copy(tokens.begin(), tokens.end(), state.tokens.begin() + begin);
  std::copy(confidence.begin(), confidence.end(), state.confidence.begin() + begin);
  auto id = state.soft.ids.begin() + block_begin * state.soft.per_position;
  auto weight = state.soft.weights.begin() + block_begin * state.soft.per_position;
  for (const Json& row : step["soft_ids"]) {
    for (const Json& value : row) *id++ = value.get<TokenId>();
  }
  for (const Json& row : step["soft_weights"]) {
    for (const Json& value : row) *weight++ = value.get<double>();
  }
}

void run_forced(const GoldenCase& golden) {
  const model::LladaModel& model = golden.model();
  Recorder recorder;
  Denoiser denoiser(model, golden.options, golden.prompt,
                    golden.randomness(model.config().vocab_size), &recorder);
  for (const Json& expected : golden.json["steps_trace"]) {
    ASSERT_FALSE(denoiser.finished());
    denoiser.step();
    const Json& actual = recorder.steps.back();
    const std::string where = "step " + std::to_string(recorder.steps.size() - 1);
    expect_near_all(actual["confidence"], expected["confidence"], where + " confidence");
    EXPECT_EQ(actual["soft_ids"], expected["soft_ids"]) << where;
    expect_near_all(actual["soft_weights"], expected["soft_weights"], where + " soft_weights");
    force(denoiser.state(), expected,
          denoiser.state().prompt_length + expected["block_start"].get<std::int64_t>());
  }
  EXPECT_TRUE(denoiser.finished());
}

TEST(GoldenDecode, ThereAreCases) { EXPECT_GE(golden_cases("decode").size(), 1U); }

TEST(GoldenDecode, FreeRunningTokensChoicesAndPasses) {
  const c10::InferenceMode inference;
  for (const auto& path : golden_cases("decode")) {
    SCOPED_TRACE(case_name(path));
    run_freely(GoldenCase(path), Adapter::kUnmerged);
  }
}

TEST(GoldenDecode, MergedAdapterGivesTheSameTokens) {
  const c10::InferenceMode inference;
  for (const auto& path : golden_cases("decode")) {
    const GoldenCase golden(path);
    if (golden.json["lora"].is_null()) continue;
    SCOPED_TRACE(case_name(path));
    run_freely(golden, Adapter::kMerged);
  }
}

TEST(GoldenDecode, TeacherForcedConfidencesAndSoftTokens) {
  const c10::InferenceMode inference;
  for (const auto& path : golden_cases("decode")) {
    const GoldenCase golden(path);
    if (golden.options.decoder != "evotoken") continue;
    SCOPED_TRACE(case_name(path));
    run_forced(golden);
  }
}

TEST(GoldenDecode, LladaWithAndWithoutCaches) {
  const c10::InferenceMode inference;
  std::set<Cache> caches;
  for (const auto& path : golden_cases("decode_cached")) {
    const GoldenCase golden(path);
    SCOPED_TRACE(case_name(path));
    run_freely(golden, Adapter::kNone);
    caches.insert(golden.options.cache);
  }
  EXPECT_EQ(caches, (std::set{Cache::kNone, Cache::kPrefix, Cache::kDual}));
}

}  // namespace
}  // namespace evotoken::decoding
