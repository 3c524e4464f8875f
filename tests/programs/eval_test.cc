// evotoken-eval as a user runs it, on the golden toy model and on the built-in one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "reports/generations_file.h"
#include "tests/programs/run_program.h"

namespace evotoken {
namespace {

using ::testing::HasSubstr;
using testing::Outcome;
using ::testing::StartsWith;
using testing::Workplace;

/// Few tokens and the toy model, so that a run takes a second.
std::string eval_toy(const std::string& more) {
  return "evotoken-eval --model_path " + (testing::golden_dir() / "models" / "toy-mha").string() +
         " --dtype float32 --gen_length 16 --block_length 8 --limit 5 --output_dir out/r " + more;
}

const std::string kEvoTokenDir = "out/r_blockLength_8_kSoft_3_alphaSoftMask_0.7";

TEST(Eval, WritesWhatThePublishedCodeWritesAndMore) {
  const Workplace workplace;
  const Outcome outcome = workplace.run(eval_toy("--task gsm8k,math --json -"));
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  const auto json = outcome.json();  // stdout is JSON alone
  EXPECT_EQ(json["cells"].size(), 4U) << "two tasks, EvoToken and the baseline";
  EXPECT_GT(json["cells"][0]["load_s"], 0);
  EXPECT_GT(json["cells"][0]["peak_memory_bytes"], 1'000'000);
  EXPECT_THAT(outcome.err, HasSubstr("reference %"));

  const auto dir = workplace.path() / kEvoTokenDir;
  const auto file = reports::read_generations(dir / "gsm8k_16_8_0_generations.json");
  EXPECT_EQ(file.items.size(), 5U);
  EXPECT_EQ(file.gen_length, 16);
  EXPECT_EQ(file.diffusion_steps, 8);
  EXPECT_THAT(*file.items[0].prompt_input, StartsWith("<|startoftext|><|start_header_id|>user"));
  EXPECT_THAT(*file.items[0].prompt_input,
              ::testing::EndsWith("assistant<|end_header_id|>\n\n<reasoning>"));
  EXPECT_TRUE(std::filesystem::exists(dir / "math_16_8_0_generations.json"))
      << "as the task was given";
  EXPECT_TRUE(
      std::filesystem::exists(workplace.path() / "out/r_blockLength_8_hard_mask/results.json"));

  int lines = 0;
  for_each_line(dir / "gsm8k_16_8_0_journal.jsonl", [&](std::string_view line, std::size_t n) {
    const auto entry = parse_json(line, "journal:" + std::to_string(n));
    if (n == 1) {
      EXPECT_EQ(entry["journal_key"]["dtype"], "float32");
      return;
    }
    EXPECT_EQ(entry["output_ids"].size(), 16U);
    EXPECT_EQ(entry["nfe"], 8);
    ++lines;
  });
  EXPECT_EQ(lines, 5);
  const auto provenance = read_json_file(dir / "results.json")["provenance"];
  for (const char* field :
       {"version", "git_commit", "command_line", "flags", "hashes", "device", "dtype"}) {
    EXPECT_FALSE(provenance[field].is_null()) << field;
  }
}

TEST(Eval, CountsTheTokensThatWereDecoded) {
  const Workplace workplace;
  const Outcome outcome = workplace.run(
      "evotoken-eval --task gsm8k --samples 26-29 --decoder hard_mask --gen_length 128 "
      "--early_stop eos --output_dir r --json -");
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  const auto dir = workplace.path() / "r_earlyStop_eos_hard_mask";
  std::int64_t decoded = 0;
  for_each_line(dir / "gsm8k_128_64_0_journal.jsonl", [&](std::string_view line, std::size_t n) {
    const auto entry = parse_json(line, "journal:" + std::to_string(n));
    if (n == 1) return;
    EXPECT_EQ(entry["output_ids"].size(), 128U) << "end tokens fill the rest";
    EXPECT_EQ(entry["decoded_tokens"], 2 * entry["nfe"].get<int>()) << "two a pass";
    decoded += entry["decoded_tokens"].get<int>();
  });
  EXPECT_LT(decoded, 4 * 128) << "the built-in model's answers are shorter";
  const auto cell = outcome.json()["cells"][0];
  EXPECT_EQ(cell["tokens_per_pass"], 2);
  EXPECT_TRUE(cell.contains("energy_j"));
}

TEST(Eval, ProfileShowsStagesAndWritesATrace) {
  const Workplace workplace;
  const Outcome outcome =
      workplace.run(eval_toy("--task svamp --decoder evotoken --limit 1 --profile trace.json"));
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  for (const char* stage : {"attention", "mlp", "head and sampling", "revision"}) {
    EXPECT_THAT(outcome.err, HasSubstr(stage));
  }
  EXPECT_GT(read_json_file(workplace.path() / "trace.json")["traceEvents"].size(), 8U * 4U);
}

TEST(Eval, QuantisedLayersAreOtherResultsAndSaySo) {
  const Workplace workplace;
  const Outcome outcome = workplace.run(
      eval_toy("--task svamp --decoder hard_mask --limit 2 --quantization int8 --json -"));
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  const auto dir = workplace.path() / "out/r_blockLength_8_quantization_int8_hard_mask";
  EXPECT_EQ(read_json_file(dir / "results.json")["provenance"]["dtype"], "float32+int8");
  EXPECT_EQ(workplace.run(eval_toy("--quantization int3")).status, 2);
}

TEST(Eval, EventsTellOtherToolsWhatHappens) {
  const Workplace workplace;
  const Outcome outcome =
      workplace.run(eval_toy("--task svamp,gsm8k --decoder evotoken --workers 2 --events -"));
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("reference %")) << "stdout has the events alone";
  std::vector<nlohmann::ordered_json> events;
  std::istringstream lines(outcome.out);
  for (std::string line; std::getline(lines, line);) {
    events.push_back(nlohmann::ordered_json::parse(line));
  }
  const auto count = [&](const char* name) {
    return std::ranges::count_if(events, [&](const auto& event) { return event["event"] == name; });
  };
  EXPECT_EQ(events.front()["event"], "start");
  EXPECT_EQ(events.front()["cells"].size(), 2U);
  EXPECT_EQ(events.front()["samples"], 10);
  EXPECT_EQ(count("sample"), 10);
  EXPECT_EQ(count("cell"), 2);
  EXPECT_EQ(events.back()["event"], "end");
  EXPECT_EQ(events.back()["done"], 10);
  std::int64_t last_done = 0;
  for (const auto& event : events) {
    if (event["event"] != "sample") continue;
    EXPECT_EQ(event["done"], ++last_done);
    EXPECT_EQ(event["nfe"], 8);
    EXPECT_GT(event["tokens_per_second"], 0);
    EXPECT_GE(event["reference"]["graded"], 1);
  }
}

TEST(Eval, SpeedStandsBesideAccuracy) {
  const Workplace workplace;
  const Outcome outcome = workplace.run(eval_toy("--task svamp --workers 1 --json run.json"));
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("tok/s to EOS"));
  EXPECT_THAT(outcome.out, ::testing::ContainsRegex("load [0-9.]+ s, warm-up [0-9.]+ s, samples"));
  const auto json = read_json_file(workplace.path() / "run.json");
  for (const auto& cell : json["cells"]) {
    EXPECT_EQ(cell["nfe_mean"], 8);
    EXPECT_EQ(cell["tokens_per_pass"], 2);
    EXPECT_GT(cell["answers_per_second"], 0);
    EXPECT_LE(cell["latency_s"]["p50"], cell["latency_s"]["p99"]);
    EXPECT_GT(cell["warm_up_s"], 0);
    EXPECT_TRUE(cell["energy_j"].is_null() || cell["energy_j"] >= 0) << "where the CPU has a meter";
    EXPECT_TRUE(cell["peak_device_memory_bytes"].is_null()) << "no GPU";
  }
  EXPECT_GT(json["provenance"]["decode_wall_s"], 0);
  const Outcome again = workplace.run(eval_toy("--task svamp --workers 1 --json run.json"));
  EXPECT_EQ(again.status, 0);
  const auto resumed = read_json_file(workplace.path() / "run.json");
  EXPECT_TRUE(resumed["cells"][0]["warm_up_s"].is_null()) << "there was nothing to warm up for";
  EXPECT_EQ(resumed["cells"][0]["latency_s"], json["cells"][0]["latency_s"]) << "from the journal";
}

TEST(Eval, BatchOrderAndWorkersChangeNothing) {
  std::string expected;
  for (const char* setting : {"--batch_size 1 --workers 1", "--batch_size 7 --workers 2",
                              "--batch_size 2 --workers 3 --order shuffled", "--order file"}) {
    const Workplace workplace;
    ASSERT_EQ(
        workplace.run(eval_toy("--task svamp --decoder evotoken " + std::string(setting))).status,
        0);
    auto file = read_json_file(workplace.path() / kEvoTokenDir / "svamp_16_8_0_generations.json");
    file["metrics"].erase("wall_time");
    if (expected.empty()) expected = file.dump();
    EXPECT_EQ(file.dump(), expected) << setting;
  }
}

TEST(Eval, ScoringAgainGivesTheSameTable) {
  const Workplace workplace;
  ASSERT_EQ(workplace.run(eval_toy("--task countdown,gsm8k,math500,svamp")).status, 0);
  const Outcome scored = workplace.run("evotoken-score out --json -");
  EXPECT_EQ(scored.status, 0) << scored.err;
  const auto again = scored.json();
  EXPECT_EQ(again["summary"].size(), 8U);
  EXPECT_TRUE(again["audit"]["clean"].get<bool>()) << again["audit"].dump(1);
}

TEST(Eval, ConfigFileGivesFlagsAndTheCommandLineWins) {
  const Workplace workplace;
  write_file_atomically(workplace.path() / "grid.json",
                        R"({"task": "svamp", "decoder": "evotoken", "alpha_soft_mask": [0.9, 0.5],
                            "temperature": 0, "limit": 2, "gen_length": 16, "block_length": 16,
                            "dry_run": true})");
  const Outcome outcome =
      workplace.run("evotoken-eval --config grid.json --alpha_soft_mask 0.6,0.8 --limit 3");
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("temperature_0.0_kSoft_3_alphaSoftMask_0.6"));
  EXPECT_THAT(outcome.out, HasSubstr("2 cells, 48 forward passes at most"));
  EXPECT_THAT(outcome.out, ::testing::ContainsRegex("about [0-9:]+ here"));
  EXPECT_FALSE(std::filesystem::exists(workplace.path() / "outputs")) << "a dry run writes nothing";
}

TEST(Eval, BuiltinModelComesWithItsAdapter) {
  const Workplace workplace;
  const Outcome outcome = workplace.run(
      "evotoken-eval --task countdown --limit 1 --gen_length 8 --block_length 8 --decoder "
      "hard_mask --json run.json");
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("knows only the kinds of problems that it was trained on"));
  const auto hashes = read_json_file(workplace.path() / "run.json")["provenance"]["hashes"];
  EXPECT_TRUE(hashes["model"].contains("adapter")) << hashes.dump(1);
}

struct Mistake {
  std::string arguments;
  int status;
  std::string message;
};

TEST(Eval, MistakesAreNamedWithTheRightStatus) {
  const Workplace workplace;
  write_file_atomically(workplace.path() / "file", "");
  write_file_atomically(workplace.path() / "wrong.json", "{\"poem\": 1}");
  write_file_atomically(workplace.path() / "bad.json", "{\"task\": }");
  write_file_atomically(workplace.path() / "data/gsm8k/test.jsonl",
                        "{\"question\": \"q\", \"answer\": \"#### 1\"}\n{\"question\": \"q\"}\n");
  const std::vector<Mistake> mistakes = {
      {"--task poetry", 2, "poetry"},
      {"--gen_length 100 --block_length 32", 2,
       "--block_length: 32 does not divide --gen_length 100"},
      {"--alpha_soft_mask 1", 2, "--alpha_soft_mask: 1, expected 0 <= alpha < 1"},
      {"--k_soft three", 2, "--k_soft: \"three\", expected an integer"},
      {"--decoder magic", 2, "--decoder: \"magic\" is unknown, expected one of "},
      {"--decoder magic", 2, "hard_mask"},
      {"--alpha_soft_mask 0.5,,0.7", 2, "empty entry"},
      {"--samples 3-1", 2, "--samples"},
      {"--no_such_flag", 2, "no_such_flag"},
      {"--dtype float8", 2, "--dtype"},
      {"--device tpu", 2, "--device"},
      {"--batch_size 0", 2, "batch_size"},
      {"--model_path nowhere", 3, "nowhere: no such folder"},
      {"--model_path org/name", 3, "hf download org/name"},
      {"--config wrong.json", 2, "wrong.json: field \"poem\" is no flag"},
      {"--k_soft 100000", 2, "--k_soft: 100000, expected less than the 2048 rows"},
      {"--cache triple", 2, "--cache: \"triple\" is unknown, expected one of none, prefix, dual"},
      {"--steps_factor inf", 2, "--steps_factor"},
      {"--json file/below", 4, "cannot be written"},
      {"--events file/below", 4, "cannot be written"},
      {"--json - --events -", 2, "--events: \"-\", but --json has stdout already"},
      {"--config bad.json", 3, "bad.json: not valid JSON at column"},
      {"--task gsm8k --data_dir data", 3, "test.jsonl:2: field \"answer\" missing"},
      {"--output_dir file/below", 4, "cannot be written"},
      {"--gen_length 4096", 2, "--gen_length: 4096, expected less than the 512"},
  };
  for (const Mistake& mistake : mistakes) {
    const Outcome outcome = workplace.run("evotoken-eval --limit 1 " + mistake.arguments);
    EXPECT_EQ(outcome.status, mistake.status) << mistake.arguments << "\n" << outcome.err;
    EXPECT_THAT(outcome.err, StartsWith("error: ")) << mistake.arguments;
    EXPECT_THAT(outcome.err, HasSubstr(mistake.message)) << mistake.arguments;
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  }
}

TEST(Eval, HelpNamesEveryFlagOfTheInterface) {
  const Workplace workplace;
  const Outcome outcome = workplace.run("evotoken-eval --help all");
  EXPECT_EQ(outcome.status, 0);
  for (const char* flag : {"--task",         "--dataset",     "--model_path",   "--checkpoint_path",
                           "--decoder",      "--gen_length",  "--block_length", "--diffusion_steps",
                           "--steps_factor", "--temperature", "--k_soft",       "--alpha_soft_mask",
                           "--threshold",    "--few_shot",    "--limit",        "--samples",
                           "--seed",         "--batch_size",  "--dtype",        "--device",
                           "--data_dir",     "--output_dir",  "--config",       "--write_out",
                           "--dry_run",      "--json",        "--events"}) {
    EXPECT_THAT(outcome.out, HasSubstr(flag));
  }
}

}  // namespace
}  // namespace evotoken
