// Every kind of bad tokenizer.json has a message that names file, field, value and what is
// expected.
#include "engine/tokenizer/tokenizer_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "base/error.h"
#include "base/files.h"
#include "engine/tokenizer/tokenizer.h"
#include "tests/support.h"

namespace evotoken::tokenizer {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Json = nlohmann::json;

Json small_tokenizer() {
  return Json::parse(R"({
    "added_tokens": [{"id": 4, "content": "<e>", "single_word": false, "lstrip": false,
                      "rstrip": false, "normalized": false, "special": true}],
    "normalizer": null,
    "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "use_regex": true},
    "post_processor": {"type": "TemplateProcessing", "single": [], "pair": [],
                       "special_tokens": {}},
    "decoder": {"type": "ByteLevel"},
    "model": {"type": "BPE", "dropout": 0.0, "vocab": {"a": 0, "b": 1, "ab": 2, "aba": 3},
              "merges": ["#version: 0.2", "a b", ["ab", "a"]]}})");
}

class TokenizerJsonTest : public ::testing::Test {
 protected:
  Tokenizer load(const Json& document) {
    write_file_atomically(dir_.path() / "tokenizer.json", document.dump());
    return Tokenizer::load(dir_.path());
  }
  /// The message for a tokenizer that `spoil` made bad.
  std::string error_of(const std::function<void(Json&)>& spoil) {
    Json document = small_tokenizer();
    spoil(document);
    return error_of_text(document.dump());
  }
  std::string error_of_text(const std::string& text) {
    write_file_atomically(dir_.path() / "tokenizer.json", text);
    try {
      Tokenizer::load(dir_.path());
    } catch (const WeightsError& error) {
      EXPECT_THAT(error.what(), HasSubstr((dir_.path() / "tokenizer.json").string()));
      return error.what();
    }
    return "no error";
  }

  evotoken::testing::TemporaryDir dir_;
};

TEST_F(TokenizerJsonTest, TheSmallOneWorks) {
  const Tokenizer tokenizer = load(small_tokenizer());
  EXPECT_THAT(tokenizer.encode("abaab<e>b"), ElementsAre(3, 2, 4, 1));
  EXPECT_EQ(tokenizer.vocab_size(), 5u);
  EXPECT_EQ(tokenizer.decode(std::vector<TokenId>{3, 4, 1}, true), "abab");
}

TEST_F(TokenizerJsonTest, IdsMayHaveGaps) {
  Json document = small_tokenizer();
  document["added_tokens"][0]["id"] = 7;
  const Tokenizer tokenizer = load(document);
  EXPECT_EQ(tokenizer.vocab_size(), 8u);
  EXPECT_FALSE(tokenizer.contains(5));
  EXPECT_THROW(tokenizer.token(5), DataError);
  for (const TokenId id : {5, 8, -1}) {
    try {
      tokenizer.decode(std::vector<TokenId>{0, id});
      ADD_FAILURE() << id;
    } catch (const DataError& error) {
      EXPECT_THAT(error.what(), HasSubstr("no token has the id " + std::to_string(id)));
    }
  }
}

TEST_F(TokenizerJsonTest, UnknownFeaturesAreRefused) {
  const auto refused = [&](const char* pointer, const Json& value, const std::string& expected) {
    const std::string message =
        error_of([&](Json& document) { document[Json::json_pointer(pointer)] = value; });
    std::string field;
    for (const char* c = pointer + 1; *c != '\0'; ++c) field += *c == '/' ? '.' : *c;
    EXPECT_THAT(message, AllOf(HasSubstr("field \"" + field), HasSubstr(expected)));
  };
  refused("/model/type", "Unigram", "is \"Unigram\", expected BPE");
  refused("/model/dropout", 0.1, "is 0.1, expected null");
  refused("/model/fuse_unk", true, "is true, expected null");
  refused("/model/byte_fallback", true, "is true, expected null");
  refused("/model/continuing_subword_prefix", "##", "is \"##\", expected null");
  refused("/model/end_of_word_suffix", "</w>", "is \"</w>\", expected null");
  refused("/model/unk_token", "<unk>", "expected a token of the vocabulary");
  refused("/normalizer", Json{{"type", "Lowercase"}}, "expected one of NFC, NFD, NFKC, NFKD");
  refused("/pre_tokenizer", Json{{"type", "Metaspace"}}, "one of ByteLevel, Split, Sequence");
  refused("/pre_tokenizer", nullptr, "expected a ByteLevel step");
  refused("/decoder", Json{{"type", "WordPiece"}}, "expected ByteLevel");
  refused("/post_processor", Json{{"type", "BertProcessing"}}, "TemplateProcessing");
}

TEST_F(TokenizerJsonTest, BadSplits) {
  const auto split_error = [&](const char* split) {
    return error_of([&](Json& document) {
      document["pre_tokenizer"] = {
          {"type", "Sequence"}, {"pretokenizers", {Json::parse(split), {{"type", "ByteLevel"}}}}};
    });
  };
  const std::string field = "field \"pre_tokenizer.pretokenizers[0].";
  EXPECT_THAT(split_error(R"({"type": "Split", "pattern": {"Regex": "a(?=b"},
                              "behavior": "Isolated"})"),
              AllOf(HasSubstr(field + "pattern.Regex\" is \"a(?=b\""), HasSubstr("parenthesis")));
  EXPECT_THAT(split_error(R"({"type": "Split", "pattern": {"Regex": "a"}, "behavior": "Kept"})"),
              AllOf(HasSubstr(field + "behavior\" is \"Kept\""), HasSubstr("Contiguous")));
  EXPECT_THAT(split_error(R"({"type": "Split", "behavior": "Isolated"})"),
              HasSubstr(field + "pattern\" missing (found: behavior, type)"));
}

TEST_F(TokenizerJsonTest, BadMerges) {
  const auto merge_error = [&](const Json& merge) {
    return error_of([&](Json& document) { document["model"]["merges"][1] = merge; });
  };
  const std::string field = "field \"model.merges[1]\" is ";
  EXPECT_THAT(merge_error("b a"), AllOf(HasSubstr(field + "\"b a\""), HasSubstr("\"ba\" missing")));
  EXPECT_THAT(merge_error({"c", "a"}),
              AllOf(HasSubstr(field), HasSubstr("\"c\", \"ca\" missing there")));
  for (const Json& malformed : {Json("ab"), Json("a b c"), Json({"a"}), Json(3), Json({"a", 1})}) {
    EXPECT_THAT(merge_error(malformed), HasSubstr("field \"model.merges[1]")) << malformed;
  }
}

TEST_F(TokenizerJsonTest, BadIds) {
  const auto with = [&](const char* pointer, const Json& value) {
    return error_of([&](Json& document) { document[Json::json_pointer(pointer)] = value; });
  };
  EXPECT_THAT(with("/model/vocab/a", -1), HasSubstr("field \"model.vocab.a\" is -1"));
  EXPECT_THAT(with("/model/vocab/a", 1 << 24), HasSubstr("an id from 0 to 16777215"));
  EXPECT_THAT(with("/model/vocab/a", "x"), HasSubstr("expected an integer"));
  EXPECT_THAT(with("/model/vocab/b", 0), HasSubstr("an id of its own"));
  EXPECT_THAT(with("/added_tokens/0/id", 0), HasSubstr("one that is free"));
  EXPECT_THAT(with("/added_tokens/0/content", "a"), HasSubstr("the id that \"a\" has"));
  Json twin = small_tokenizer()["added_tokens"][0];
  twin["content"] = "<f>";
  EXPECT_THAT(with("/added_tokens/1", twin), HasSubstr("\"<e>\" and \"<f>\" are both 4"));
}

TEST_F(TokenizerJsonTest, MissingAndMistypedFields) {
  const auto without = [&](const char* pointer) {
    return error_of([&](Json& document) {
      const Json::json_pointer path(pointer);
      document[path.parent_pointer()].erase(path.back());
    });
  };
  EXPECT_THAT(without("/model"), HasSubstr("field \"model\" missing"));
  EXPECT_THAT(without("/model/vocab"), HasSubstr("field \"model.vocab\" missing"));
  EXPECT_THAT(without("/model/merges"), HasSubstr("field \"model.merges\" missing"));
  EXPECT_THAT(without("/pre_tokenizer"), HasSubstr("field \"pre_tokenizer\" missing"));
  EXPECT_THAT(error_of([](Json& document) { document["added_tokens"][0].erase("lstrip"); }),
              HasSubstr("field \"added_tokens[0].lstrip\" missing"));
  EXPECT_THAT(error_of([](Json& document) { document["model"] = 3; }),
              HasSubstr("field \"model\" is 3, expected an object"));
  EXPECT_THAT(error_of([](Json& document) { document["model"]["merges"] = "a b"; }),
              HasSubstr("expected an array"));
  EXPECT_THAT(error_of([](Json& document) { document["model"]["vocab"] = Json::array(); }),
              HasSubstr("expected an object"));
  EXPECT_THAT(error_of([](Json& document) { document["model"]["ignore_merges"] = 1; }),
              HasSubstr("expected true or false"));
}

TEST_F(TokenizerJsonTest, FilesThatAreNoTokenizer) {
  try {
    Tokenizer::load(dir_.path());
    ADD_FAILURE();
  } catch (const WeightsError& error) {
    EXPECT_THAT(error.what(), HasSubstr("tokenizer.json: missing"));
  }
  EXPECT_THAT(error_of_text("{\"model\": "), HasSubstr("not valid JSON"));
  EXPECT_THAT(error_of_text(""), HasSubstr("not valid JSON"));
  EXPECT_THAT(error_of_text("1e999"), HasSubstr("past the range of a double (number overflow"));
  EXPECT_THAT(error_of_text(std::string(200'000, '[') + std::string(200'000, ']')),
              HasSubstr("nest more than 100 deep"));
  EXPECT_THAT(error_of_text("[]"), HasSubstr("expected an object"));
}

}  // namespace
}  // namespace evotoken::tokenizer
