// Which files a run writes, and for which samples.
#include "programs/eval_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "engine/decoding/decoder.h"

namespace evotoken::programs {
namespace {

using decoding::DecodingOptions;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A second method with soft tokens, as docs/adding.md invites to.
class SoftTwin : public decoding::Decoder {
 public:
  explicit SoftTwin(std::string name) : name_(std::move(name)) {}
  std::string name() const override { return name_; }
  bool soft_input() const override { return true; }
  decoding::StepChange step(decoding::SequenceState&, const decoding::Predictions&,
                            const DecodingOptions&) const override {
    return {};
  }

 private:
  std::string name_;
};

const SoftTwin kTwin("twin");
const decoding::DecoderRegistration kTwinRegistration(kTwin);
/// Its folder is that of the other with another seed.
const SoftTwin kUnlucky("seed_7_twin");
const decoding::DecoderRegistration kUnluckyRegistration(kUnlucky);

/// Another value that a field may have.
struct Changed {
  void operator()(const char* name, std::string& field, const char* /*help*/) const {
    ASSERT_STREQ(name, "decoder");
    field = "twin";
  }
  template <Chosen E>
  void operator()(const char* /*name*/, E& field, const char* /*help*/) const {
    field = kChoices<E>.back().value;
  }
  void operator()(const char* /*name*/, std::optional<double>& field, const char*) const {
    field = 0.25;
  }
  void operator()(const char* /*name*/, double& field, const char*) const { field += 0.125; }
  void operator()(const char* /*name*/, auto& field, const char*) const { ++field; }
};

/// The file of `options`, as far as it depends on them.
std::string place(const DecodingOptions& options) {
  return cell_directory({}, options) + "/" + cell_setup("gsm8k", options);
}

TEST(EvalPlan, EveryFieldOfTheOptionsChangesThePlace) {
  for (const char* decoder : {"evotoken", "twin"}) {
    DecodingOptions options;
    options.decoder = decoder;
    int fields = 0;
    options.visit([&](const std::string& name, const auto& /*field*/, const char* /*help*/) {
      DecodingOptions other = options;
      other.visit([&](const char* other_name, auto& field, const char* help) {
        if (name == other_name) Changed{}(other_name, field, help);
      });
      if (to_json(other) == to_json(options)) {  // the twin's own name
        EXPECT_EQ(name, "decoder");
        return;
      }
      EXPECT_NE(place(other), place(options)) << name << " of " << decoder;
      ++fields;
    });
    EXPECT_GE(fields, 13);
  }
}

TEST(EvalPlan, EvoTokensFolderIsItsOwn) {
  DecodingOptions options;
  EXPECT_EQ(cell_directory({}, options), "outputs/eval_results_kSoft_3_alphaSoftMask_0.7");
  options.decoder = "twin";
  EXPECT_EQ(cell_directory({}, options), "outputs/eval_results_twin");
  options.k_soft = 5;
  options.alpha_soft_mask = 0;
  EXPECT_EQ(cell_directory({}, options), "outputs/eval_results_softTokens_5_maskWeight_0.0_twin");
  options = {};
  options.decoder = "hard_mask";
  options.temperature = 1;
  EvalFlags flags;
  flags.output_dir = "out//";
  flags.few_shot = 4;
  EXPECT_EQ(cell_directory(flags, options), "out_temperature_1.0_fewShot_4_hard_mask");
}

EvalPlan plan_of(const std::vector<std::string>& arguments) {
  CLI::App app;
  EvalFlags flags;
  add_eval_flags(app, flags);
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  app.parse(reversed);
  return make_plan(flags);
}

TEST(EvalPlan, HasACellForEachTaskAndSetting) {
  const EvalPlan plan = plan_of({"--task", "math,math500,gsm8k", "--samples", "2,0", "--gen_length",
                                 "64,128", "--decoder", "hard_mask"});
  ASSERT_EQ(plan.tasks.size(), 2U) << "math is math500";
  EXPECT_THAT(plan.tasks[0].chosen, ElementsAre(0, 2));
  ASSERT_EQ(plan.cells.size(), 4U);
  EXPECT_EQ(plan.cells[1].generations_path(3),
            "outputs/eval_results_hard_mask/math_128_64_3_generations.json");
  EXPECT_EQ(plan.cells[2].journal_path(0),
            "outputs/eval_results_hard_mask/gsm8k_64_32_0_journal.jsonl");
}

TEST(EvalPlan, NoTwoCellsShareAFile) {
  try {
    plan_of({"--task", "gsm8k", "--decoder", "twin,seed_7_twin", "--seed", "42,7"});
    FAIL() << "accepted";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("outputs/eval_results_seed_7_twin/gsm8k_128_64_0_gen"));
  }
}

TEST(ParseSamples, TakesIndicesAndRanges) {
  EXPECT_THAT(parse_samples("5, 0,2-3,3", 10, "gsm8k"), ElementsAre(0, 2, 3, 5));
  EXPECT_THAT(parse_samples("9", 10, "gsm8k"), ElementsAre(9));
  for (const char* text : {"", "10", "-1", "3-2", "1-10", "a", "1-", "1,,2"}) {
    EXPECT_THROW(parse_samples(text, 10, "gsm8k"), UsageError) << text;
  }
}

}  // namespace
}  // namespace evotoken::programs
