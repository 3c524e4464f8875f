// The golden files: ids and texts of the published tokenizer, both ways.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "base/files.h"
#include "engine/tokenizer/tokenizer.h"
#include "tests/support.h"

namespace evotoken::tokenizer {
namespace {
namespace fs = std::filesystem;

std::vector<fs::path> sorted_entries(const fs::path& dir) {
  std::vector<fs::path> entries;
  for (const auto& entry : fs::directory_iterator(dir)) entries.push_back(entry.path());
  std::sort(entries.begin(), entries.end());
  return entries;
}

TEST(GoldenTokenizers, EncodeAndDecodeAsPublished) {
  int folders = 0;
  for (const fs::path& dir : sorted_entries(testing::golden_dir() / "tokenizer")) {
    if (!fs::exists(dir / "golden.json")) continue;
    SCOPED_TRACE(dir.filename().string());
    ++folders;
    const Tokenizer tokenizer = Tokenizer::load(dir);
    const auto golden = read_json_file(dir / "golden.json");
    for (const auto& section : {"encode", "decode"}) {
      ASSERT_FALSE(golden.at(section).empty());
      for (const auto& example : golden.at(section)) {
        const auto ids = example.at("ids").get<std::vector<TokenId>>();
        if (example.contains("text")) {
          EXPECT_EQ(tokenizer.encode(example["text"].get<std::string>()), ids) << example["text"];
        }
        EXPECT_EQ(tokenizer.decode(ids), example.at("decoded").get<std::string>());
        EXPECT_EQ(tokenizer.decode(ids, true),
                  example.at("decoded_skip_special").get<std::string>());
      }
    }
  }
  EXPECT_GE(folders, 1);
}

/// Every prompt of the golden decodings: text that the template rendered, and its ids.
TEST(GoldenTokenizers, PromptsOfTheDecodings) {
  int prompts = 0;
  for (const fs::path& dir : sorted_entries(testing::golden_dir() / "decode")) {
    const Tokenizer tokenizer = Tokenizer::load(testing::golden_dir() / "models" / dir.filename());
    for (const fs::path& file : sorted_entries(dir)) {
      SCOPED_TRACE(file.string());
      const auto golden = read_json_file(file);
      const std::string text = golden.at("prompt_text").get<std::string>();
      EXPECT_EQ(tokenizer.encode(text), golden.at("prompt_ids").get<std::vector<TokenId>>());

      const std::string opening = "<|end_header_id|>\n\n";
      const std::size_t begin = text.find(opening) + opening.size();
      const std::string question = text.substr(begin, text.find("<|eot_id|>") - begin);
      EXPECT_EQ(tokenizer.render_user_turn(" \n" + question + "\t\n") + "<reasoning>", text);
      ++prompts;
    }
  }
  EXPECT_GE(prompts, 1);
}

}  // namespace
}  // namespace evotoken::tokenizer
