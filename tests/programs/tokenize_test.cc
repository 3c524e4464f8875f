// evotoken-tokenize as a user runs it: answers, errors and exit statuses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "base/files.h"
#include "tests/support.h"

namespace evotoken {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Outcome {
  int status;
  std::string out;
  std::string err;
};

class TokenizeTest : public ::testing::Test {
 protected:
  /// Runs the program with `flags` (shell words), `input` as stdin and stdout into a file.
  Outcome run(const std::string& flags, const std::string& input = "") {
    const int status = run_into(file("out"), flags, input);
    return {status, read_file(file("out")), read_file(file("err"))};
  }
  int run_into(const std::string& output, const std::string& flags, const std::string& input) {
    write_file_atomically(file("in"), input);
    const std::string command = std::string(EVOTOKEN_BIN_DIR) + "/evotoken-tokenize " + flags +
                                " <" + file("in") + " >" + output + " 2>" + file("err");
    return WEXITSTATUS(std::system(command.c_str()));
  }
  std::string model() const {
    return "--model_path " + (testing::golden_dir() / "models" / "toy-mha").string() + " ";
  }
  std::string file(const std::string& name) const { return (dir_.path() / name).string(); }

 private:
  testing::TemporaryDir dir_;
};

TEST_F(TokenizeTest, EncodesStdinAsOneText) {
  const Outcome outcome = run(model(), "don't\n\n<|eot_id|>");
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  EXPECT_TRUE(outcome.out.ends_with("}\n"));
  const auto answer = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(answer["ids"].size(), answer["tokens"].size());
  EXPECT_EQ(answer["ids"].back(), 2047);
  EXPECT_EQ(answer["tokens"].back(), "<|eot_id|>");
}

TEST_F(TokenizeTest, DecodesWhatItEncodes) {
  const std::string text = "Grüße, 12345\n\t x <|eot_id|> 中文";
  const Outcome encoded = run(model(), text);
  EXPECT_EQ(run(model() + "--decode", encoded.out).out, text);
  EXPECT_EQ(run(model() + "--decode --skip_special", encoded.out).out, "Grüße, 12345\n\t x  中文");
  EXPECT_EQ(run(model() + "--decode", "[64, 64]").out, "aa");
  EXPECT_EQ(run(model() + "--decode", "[]").out, "");
}

TEST_F(TokenizeTest, JsonLinesBothWays) {
  const Outcome encoded = run(model() + "--jsonl", "\"a\"\n\n\"b\\nc\\u2028\"\r\n\"\"");
  EXPECT_EQ(encoded.status, 0) << encoded.err;
  EXPECT_THAT(encoded.out, StartsWith("{\"ids\":[64],\"tokens\":[\"a\"]}\n"));
  EXPECT_TRUE(encoded.out.ends_with("{\"ids\":[],\"tokens\":[]}\n"));
  const Outcome decoded = run(model() + "--jsonl --decode", encoded.out);
  EXPECT_EQ(decoded.out, "\"a\"\n\"b\\nc\\u2028\"\n\"\"\n");
}

TEST_F(TokenizeTest, ChatRendersTheTemplate) {
  const auto golden = read_json_file(testing::golden_dir() / "decode" / "toy-mha" / "default.json");
  const std::string prompt = golden["prompt_text"];
  const std::string opening = "<|end_header_id|>\n\n";
  const std::size_t begin = prompt.find(opening) + opening.size();
  const std::string question = prompt.substr(begin, prompt.find("<|eot_id|>") - begin);
  const Outcome outcome = run(model() + "--chat", "  " + question + "\n");
  const Outcome back = run(model() + "--decode", outcome.out);
  EXPECT_EQ(back.out + "<reasoning>", prompt);
}

TEST_F(TokenizeTest, HelpIsASuccess) {
  const Outcome outcome = run("--help");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_THAT(outcome.out, HasSubstr("--model_path"));
  EXPECT_EQ(outcome.err, "");
}

TEST_F(TokenizeTest, WrongFlagsAreUsageErrors) {
  for (const std::string& flags :
       {std::string(), model() + "--nonsense", model() + "--chat --decode",
        model() + "--skip_special", std::string("--model_path")}) {
    const Outcome outcome = run(flags);
    EXPECT_EQ(outcome.status, 2) << flags;
    EXPECT_EQ(outcome.out, "");
    EXPECT_THAT(outcome.err, StartsWith("error: command line: ")) << flags;
    EXPECT_THAT(outcome.err, HasSubstr("see evotoken-tokenize --help\n"));
  }
}

TEST_F(TokenizeTest, BadDataIsNamed) {
  const auto expect_data_error = [&](const Outcome& outcome, const std::string& message) {
    EXPECT_EQ(outcome.status, 3);
    EXPECT_THAT(outcome.err, StartsWith("error: " + message));
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  };
  expect_data_error(run("--model_path /nonexistent", "a"), "/nonexistent/tokenizer.json: missing");
  expect_data_error(run(model() + "--jsonl", "\"a\"\n{}\n"), "stdin:2: a JSON object");
  expect_data_error(run(model() + "--jsonl", "\"a\n"), "stdin:1: not valid JSON");
  expect_data_error(run(model() + "--decode", "[1.5]"), "stdin: no list of token ids");
  expect_data_error(run(model() + "--decode", "[-1]"), "stdin: no list of token ids");
  expect_data_error(run(model() + "--decode", ""), "stdin: not valid JSON");
  const Outcome outside = run(model() + "--decode --jsonl", "[64]\n[99999]\n");
  EXPECT_EQ(outside.status, 3);
  EXPECT_EQ(outside.out, "\"a\"\n");
  EXPECT_THAT(outside.err, HasSubstr("no token has the id 99999"));
}

TEST_F(TokenizeTest, AFullDiskIsARunTimeFailure) {
  EXPECT_EQ(run_into("/dev/full", model(), "a"), 4);
  EXPECT_THAT(read_file(file("err")), StartsWith("error: stdout: cannot be written"));
}

}  // namespace
}  // namespace evotoken
