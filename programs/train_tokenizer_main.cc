// evotoken-train-tokenizer: learns byte-pair merges from training files and writes a tokenizer with
// LLaDA's special tokens and chat template.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/progress.h"
#include "engine/tokenizer/byte_tokenizer.h"
#include "programs/main.h"
#include "programs/output.h"
#include "training/question_answer.h"

namespace {

using namespace evotoken;

/// Single digits are words of their own, and so are tags, but for those that end a line, as in the
/// system prompts; all between them is one word, so that a turn of phrase may become one token.
constexpr const char* kPhrases = R"(\p{N}|</?[a-z]+>(?!\n)|(?:[^\p{N}<]|<(?!/?[a-z]+>(?!\n)))+)";

struct Flags {
  std::vector<std::string> train_data;
  std::string output_dir;
  std::int64_t vocab_size = 2048;
  std::string word_pattern = kPhrases;
};

int run(const Flags& flags) {
  programs::refuse_stdout({"--output_dir", flags.output_dir}, "a folder");
  const std::int64_t smallest = tokenizer::ByteTokenizerIds{}.vocab_size;
  if (flags.vocab_size < smallest) {
    throw UsageError(
        fmt::format("--vocab_size: {}, expected at least the {} of bytes and special "
                    "tokens",
                    flags.vocab_size, smallest));
  }
  tokenizer::BpeTrainer trainer(flags.word_pattern);
  for (const std::string& path : flags.train_data) {
    const auto data = training::read_training_file(path);
    Progress progress("counting words", static_cast<std::int64_t>(data.size()), "texts");
    for (const training::QuestionAnswer& item : data) {
      trainer.add(item.user_turn);
      trainer.add(item.response);
      for (const char* role : {"user", "assistant"}) trainer.add(role);
      progress.advance();
    }
  }
  const auto merges = trainer.train(static_cast<std::size_t>(flags.vocab_size - smallest));
  const auto ids = tokenizer::write_byte_tokenizer(flags.output_dir, merges);
  fmt::print("{}: a tokenizer of {} tokens, {} of them merges\n", flags.output_dir, ids.vocab_size,
             merges.merges.size());
  return static_cast<int>(ExitStatus::kSuccess);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Trains a byte-level BPE tokenizer.", "evotoken-train-tokenizer");
  Flags flags;
  app.add_option("--train_data", flags.train_data, "training files, as evotoken-train reads them")
      ->required()
      ->type_name("FILE");
  app.add_option("--output_dir", flags.output_dir, "folder that tokenizer.json goes to")
      ->required()
      ->type_name("DIR");
  app.add_option("--vocab_size", flags.vocab_size, "tokens in all")->capture_default_str();
  app.add_option("--word_pattern", flags.word_pattern, "words that merges never cross (Oniguruma)")
      ->capture_default_str();
  return evotoken::programs::run_main(app, argc, argv, [&] { return run(flags); });
}
