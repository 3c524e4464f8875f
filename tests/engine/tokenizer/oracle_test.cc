// Variants of tokenizer.json against what Hugging Face's `tokenizers` made of the same texts
// (data/make_cases.py says how; its --fuzz compares on as many random texts as one likes).
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/files.h"
#include "engine/tokenizer/tokenizer.h"
#include "tests/support.h"

namespace evotoken::tokenizer {
namespace {

using Json = nlohmann::ordered_json;

/// `patch` laid over `base`: the members of "model" one by one, everything else as a whole.
Json patched(Json base, const Json& patch) {
  for (const auto& [key, value] : patch.items()) {
    if (key == "model") {
      for (const auto& [option, setting] : value.items()) base[key][option] = setting;
    } else {
      base[key] = value;
    }
  }
  return base;
}

Json merges_as_strings(Json document) {
  for (Json& merge : document["model"]["merges"]) {
    merge = merge[0].get<std::string>() + " " + merge[1].get<std::string>();
  }
  return document;
}

TEST(Oracle, AllVariants) {
  const std::filesystem::path source = EVOTOKEN_SOURCE_DIR;
  const auto document =
      read_json_file(source / "tests" / "engine" / "tokenizer" / "data" / "cases.json");
  ASSERT_FALSE(document.at("cases").empty());
  for (const auto& variant : document["cases"]) {
    SCOPED_TRACE(variant.at("name"));
    const testing::TemporaryDir dir;
    Json tokenizer_json = patched(document["base"], variant["patch"]);
    if (variant.contains("merges_as_strings")) tokenizer_json = merges_as_strings(tokenizer_json);
    write_file_atomically(dir.path() / "tokenizer.json", tokenizer_json.dump());
    const Tokenizer tokenizer = Tokenizer::load(dir.path());
    for (const auto& example : variant["encode"]) {
      const auto ids = example["ids"].get<std::vector<TokenId>>();
      EXPECT_EQ(tokenizer.encode(example["text"].get<std::string>()), ids) << example["text"];
      EXPECT_EQ(tokenizer.decode(ids), example["decoded"].get<std::string>());
      EXPECT_EQ(tokenizer.decode(ids, true), example["decoded_skip_special"].get<std::string>());
    }
  }
}

}  // namespace
}  // namespace evotoken::tokenizer
