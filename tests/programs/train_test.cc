// evotoken-train as a user runs it: killed and resumed, in several processes, read by Python.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/programs/run_program.h"

namespace evotoken {
namespace {

using ::testing::HasSubstr;
using testing::Outcome;
using testing::Workplace;

const std::string kModel = (testing::golden_dir() / "models" / "toy-mha").string();

/// Forty short problems, a small adapter, twelve updates: two seconds.
std::string train_cts(const std::string& more) {
  return "evotoken-train cts --model_name " + kModel +
         " --train_data data.jsonl --device cpu --batch_size 2 --lora_r 4 --lora_alpha 8 "
         "--block_cap 32 --min_response_length 8 --learning_rate 1e-3 " +
         more;
}

void write_data(const Workplace& workplace) {
  std::string lines;
  for (int i = 0; i < 40; ++i) {
    lines += nlohmann::json{{"question", "What is " + std::to_string(i) + " plus 5?"},
                            {"reasoning", "We add 5 to it and get " + std::to_string(i + 5)},
                            {"answer", std::to_string(i + 5)}}
                 .dump() +
             "\n";
  }
  write_file_atomically(workplace.path() / "data.jsonl", lines);
}

/// The loss log without times.
std::vector<nlohmann::json> losses(const std::filesystem::path& folder) {
  std::vector<nlohmann::json> all;
  for_each_line(folder / "loss.jsonl", [&](std::string_view line, std::size_t) {
    auto json = nlohmann::json::parse(line);
    json.erase("seconds");
    all.push_back(json);
  });
  return all;
}

TEST(Train, KilledAndResumedItGivesTheSameLossesBitForBit) {
  const Workplace workplace;
  write_data(workplace);
  const std::string flags = "--grad_accum_steps 2 --max_updates 12 --save_every 3 --output_dir ";
  const Outcome whole = workplace.run(train_cts(flags + "whole"));
  ASSERT_EQ(whole.status, 0);
  EXPECT_THAT(whole.err, HasSubstr("GB for a pass of the longest examples"));

  // Killed without warning as soon as the second checkpoint is there.
  const std::string line = "cd " + workplace.path().string() + "; " + EVOTOKEN_BIN_DIR + "/" +
                           train_cts(flags + "killed") +
                           " >/dev/null 2>&1 & victim=$!; "
                           "while [ ! -d " +
                           (workplace.path() / "killed" / "checkpoint-6").string() +
                           " ] && kill -0 $victim 2>/dev/null; do sleep 0.02; done; "
                           "kill -9 $victim; wait $victim 2>/dev/null; true";
  ASSERT_EQ(std::system(("bash -c '" + line + "'").c_str()), 0);
  ASSERT_FALSE(std::filesystem::exists(workplace.path() / "killed" / "adapter_model.safetensors"))
      << "it was to die before its end";
  const Outcome resumed = workplace.run(train_cts(flags + "killed --resume"));
  ASSERT_EQ(resumed.status, 0) << resumed.err;
  EXPECT_EQ(losses(workplace.path() / "killed"), losses(workplace.path() / "whole"));
  EXPECT_EQ(read_file(workplace.path() / "killed" / "adapter_model.safetensors"),
            read_file(workplace.path() / "whole" / "adapter_model.safetensors"));
}

TEST(Train, TwoProcessesGiveTheGradientsOfOne) {
  const Workplace workplace;
  write_data(workplace);
  const std::string flags = "--max_updates 3 --lora_dropout 0.05 --output_dir ";
  ASSERT_EQ(workplace.run(train_cts("--grad_accum_steps 2 " + flags + "one")).status, 0);

  const auto port = std::to_string(20000 + ::getpid() % 20000);
  const auto process = [&](const std::string& rank) {
    return "RANK=" + rank + " WORLD_SIZE=2 MASTER_ADDR=127.0.0.1 MASTER_PORT=" + port + " " +
           EVOTOKEN_BIN_DIR + "/" + train_cts("--grad_accum_steps 1 " + flags + "two");
  };
  const std::string line = "cd " + workplace.path().string() + " && { " + process("1") +
                           " >rank1.log 2>&1 & other=$!; " + process("0") +
                           " >rank0.log 2>&1 && wait $other; }";
  ASSERT_EQ(std::system(("bash -c '" + line + "'").c_str()), 0)
      << read_file(workplace.path() / "rank0.log") << read_file(workplace.path() / "rank1.log");

  const auto one = losses(workplace.path() / "one");
  const auto two = losses(workplace.path() / "two");
  ASSERT_EQ(one.size(), 3U);
  ASSERT_EQ(two.size(), 3U);
  for (std::size_t i = 0; i < one.size(); ++i) {
    EXPECT_EQ(one[i]["tokens"], two[i]["tokens"]) << "the same examples, split";
    EXPECT_NEAR(one[i]["loss"].get<double>(), two[i]["loss"].get<double>(), 1e-4) << i;
    EXPECT_NEAR(one[i]["grad_norm"].get<double>(), two[i]["grad_norm"].get<double>(),
                1e-4 * one[i]["grad_norm"].get<double>())
        << i;
  }
}

TEST(Train, AProcessThatLosesTheOtherSaysSo) {
  const Workplace workplace;
  write_data(workplace);
  const auto port = std::to_string(20000 + (::getpid() + 1) % 20000);
  const auto process = [&](const std::string& rank) {
    return "RANK=" + rank + " WORLD_SIZE=2 MASTER_ADDR=127.0.0.1 MASTER_PORT=" + port + " " +
           EVOTOKEN_BIN_DIR + "/" +
           train_cts("--max_updates 5000 --save_every 5000 --grad_accum_steps 1 --output_dir two");
  };
  const std::string line = "cd " + workplace.path().string() + "; " + process("0") +
                           " >rank0.log 2>&1 & first=$!; cd " + workplace.path().string() + "; " +
                           process("1") +
                           " >rank1.log 2>&1 & second=$!; "
                           "while [ ! -s two/loss.jsonl ] && kill -0 $first 2>/dev/null; "
                           "do sleep 0.05; done; kill -9 $first; wait $second; exit $?";
  const int status = std::system(("bash -c '" + line + "'").c_str());
  const std::string told = read_file(workplace.path() / "rank1.log");
  EXPECT_EQ(WEXITSTATUS(status), 4) << told;
  EXPECT_THAT(told, HasSubstr("error: process 1 of 2: another process did not answer"));
}

TEST(Train, ABaseModelAndItsAdapterDecode) {
  const Workplace workplace;
  write_data(workplace);
  const std::string sft = "evotoken-train sft --model_name " + kModel +
                          " --train_data data.jsonl --device cpu --max_updates 2 "
                          "--grad_accum_steps 1 --min_response_length 8 --output_dir base";
  ASSERT_EQ(workplace.run(sft).status, 0);
  ASSERT_EQ(workplace.run(train_cts("--max_updates 2 --output_dir adapter")).status, 0);
  const Outcome decoded = workplace.run(
      "evotoken-generate --model_path base --checkpoint_path adapter --prompt Hello --gen_length 8 "
      "--block_length 8 --diffusion_steps 4 --json -");
  ASSERT_EQ(decoded.status, 0) << decoded.err;
  EXPECT_EQ(decoded.json()["output_ids"].size(), 8U);
}

TEST(Train, WhatTheModelCannotTakeIsDroppedUnlessAsked) {
  const Workplace workplace;
  write_data(workplace);
  std::string long_reasoning;
  for (int i = 0; i < 300; ++i) long_reasoning += "and so on, ";
  const std::string lines =
      read_file(workplace.path() / "data.jsonl") +
      nlohmann::json{{"question", "Why?"}, {"reasoning", long_reasoning}, {"answer", "7"}}.dump() +
      "\n";
  write_file_atomically(workplace.path() / "data.jsonl", lines);
  ASSERT_EQ(workplace
                .run("evotoken-random-model m --d_model 16 --n_layers 1 --n_heads 2 "
                     "--mlp_hidden_size 16 --max_sequence_length 512")
                .status,
            0);
  const Outcome trained = workplace.run(
      "evotoken-train pretrain --model_path m --train_data data.jsonl --device cpu --threads 1 "
      "--min_response_length 8 --max_updates 1 --grad_accum_steps 1 --output_dir o");
  EXPECT_EQ(trained.status, 0) << trained.err;
  EXPECT_THAT(trained.err, HasSubstr("40 examples of 41 records"));
  EXPECT_THAT(trained.err, HasSubstr("longer than --max_length 512"));
}

TEST(Train, BadInputIsOneClearLine) {
  const Workplace workplace;
  write_data(workplace);
  const auto error = [&](const std::string& command, int status) {
    const Outcome outcome = workplace.run(command);
    EXPECT_EQ(outcome.status, status) << command << "\n" << outcome.err;
    return outcome.err;
  };
  EXPECT_THAT(error("evotoken-train", 2),
              HasSubstr("no command, expected one of pretrain, sft, cts"));
  EXPECT_THAT(error("evotoken-train lora --lora_r 2", 2), HasSubstr("there is no command lora"));
  EXPECT_THAT(error(train_cts("--output_dir o --max_length 99999"), 2),
              HasSubstr("--max_length: 99999, expected at most the"));
  EXPECT_THAT(error(train_cts("--output_dir o --lora_targets wq"), 2), HasSubstr("\"wq\""));
  EXPECT_THAT(error(train_cts("--output_dir o --alpha_low 0.9 --alpha_high 0.5"), 2),
              HasSubstr("alpha_low"));
  EXPECT_THAT(error(train_cts("--output_dir o --dtype float16"), 2), HasSubstr("--dtype: float16"));
  EXPECT_THAT(error(train_cts("--output_dir o --checkpoint_path " + kModel + "-lora"), 3),
              HasSubstr("an adapter of r 8, lora_alpha 16 on 9 layers, expected r 4"));
  EXPECT_THAT(error("evotoken-random-model m --tokenizer " + kModel, 3),
              HasSubstr("not a tokenizer of evotoken-train-tokenizer"));
  EXPECT_THAT(error("evotoken-random-model m --vocab_size 10", 2), HasSubstr("--vocab_size: 10"));
  EXPECT_FALSE(std::filesystem::exists(workplace.path() / "m")) << "nothing is left of a failure";
  for (const std::string& command :
       {std::string("evotoken-random-model -"),
        std::string("evotoken-train-tokenizer --train_data data.jsonl "
                    "--output_dir -"),
        std::string("evotoken-make-problems - 1 1 test"), train_cts("--output_dir -")}) {
    EXPECT_THAT(error(command, 2), HasSubstr("expected a folder"));
  }
  EXPECT_THAT(workplace.run("evotoken-make-problems - 2").out, ::testing::StartsWith("{\"task\""));
  EXPECT_FALSE(std::filesystem::exists(workplace.path() / "-"));
  EXPECT_THAT(error(train_cts("--output_dir o --max_length 10"), 2), HasSubstr("decoded_per_step"));
  EXPECT_THAT(error(train_cts("--output_dir o --max_length 40"), 3),
              HasSubstr("none of 40 records"));
  EXPECT_THAT(error(train_cts("--output_dir /proc/o"), 4), HasSubstr("/proc/o"));
}

TEST(Train, PythonReadsWhatItWrites) {
  const std::string python = "python3 -c 'import safetensors.numpy, tokenizers, numpy' 2>/dev/null";
  if (std::system(python.c_str()) != 0) {
    GTEST_SKIP() << "NOT TESTED: python3 lacks safetensors, tokenizers or numpy; "
                    "pip install safetensors tokenizers numpy peft";
  }
  const Workplace workplace;
  write_data(workplace);
  ASSERT_EQ(workplace.run(train_cts("--max_updates 2 --output_dir adapter")).status, 0);
  const std::string check = "cd " + workplace.path().string() + " && python3 " +
                            EVOTOKEN_SOURCE_DIR + "/tests/programs/check_trained.py adapter " +
                            kModel + " >check.log 2>&1";
  EXPECT_EQ(std::system(check.c_str()), 0) << read_file(workplace.path() / "check.log");
}

}  // namespace
}  // namespace evotoken
