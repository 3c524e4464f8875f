// Field names and defaults are those of the serde structures in tokenizers 0.21. Whatever would
// change the ids and is not implemented is refused: a tokenizer that is nearly right makes every
// accuracy nearly wrong.
#include "engine/tokenizer/tokenizer_json.h"

#include <fmt/format.h>

#include <array>
#include <stdexcept>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "engine/tokenizer/json_field.h"

namespace evotoken::tokenizer {
namespace fs = std::filesystem;

namespace {

/// Bounds the table of tokens, which is indexed by id.
constexpr std::int64_t kLargestId = (1 << 24) - 1;

TokenId id_of(const JsonField& field) {
  const std::int64_t id = field.integer();
  if (id < 0 || id > kLargestId) field.fail(fmt::format("an id from 0 to {}", kLargestId));
  return static_cast<TokenId>(id);
}

/// The value that `field`, a name, stands for in `known`.
template <typename Value, std::size_t kSize>
Value named(const JsonField& field,
            const std::array<std::pair<std::string_view, Value>, kSize>& known) {
  const std::string name = field.string();
  std::vector<std::string_view> names;
  for (const auto& [known_name, value] : known) {
    if (name == known_name) return value;
    names.push_back(known_name);
  }
  field.fail("one of " + join_names(names));
}

// --- normalizer ----------------------------------------------------------------------------------

void read_normal_forms(const JsonField& field, std::vector<NormalForm>& forms) {
  const JsonField type = field.at("type");
  if (type.value() == "Sequence") {
    for (const JsonField& part : field.at("normalizers").elements()) read_normal_forms(part, forms);
    return;
  }
  static constexpr std::array<std::pair<std::string_view, NormalForm>, 4> kForms = {{
      {"NFC", NormalForm::kNfc},
      {"NFD", NormalForm::kNfd},
      {"NFKC", NormalForm::kNfkc},
      {"NFKD", NormalForm::kNfkd},
  }};
  forms.push_back(named(type, kForms));
}

Normalizer read_normalizer(const JsonField& root) {
  std::vector<NormalForm> forms;
  if (const auto field = root.find("normalizer")) read_normal_forms(*field, forms);
  return Normalizer(std::move(forms));
}

// --- pre_tokenizer -------------------------------------------------------------------------------

/// A pattern that matches `text` and nothing else.
std::string quoted_pattern(std::string_view text) {
  std::string pattern;
  for (const char c : text) {
    if (std::string_view(R"(\.+*?()|[]{}^$#&-~)").find(c) != std::string_view::npos)
      pattern += '\\';
    pattern += c;
  }
  return pattern;
}

Regex read_pattern(const JsonField& field) {
  const auto text = field.find("String");
  const JsonField source = text ? *text : field.at("Regex");
  try {
    return Regex(text ? quoted_pattern(source.string()) : source.string());
  } catch (const std::invalid_argument& reason) {
    source.fail(fmt::format("a pattern that RE2 or PCRE2 can match ({})", reason.what()));
  }
}

std::unique_ptr<const PreTokenizer> read_split(const JsonField& field) {
  static constexpr std::array<std::pair<std::string_view, SplitBehavior>, 5> kBehaviors = {{
      {"Isolated", SplitBehavior::kIsolated},
      {"Removed", SplitBehavior::kRemoved},
      {"MergedWithPrevious", SplitBehavior::kMergedWithPrevious},
      {"MergedWithNext", SplitBehavior::kMergedWithNext},
      {"Contiguous", SplitBehavior::kContiguous},
  }};
  return std::make_unique<SplitPreTokenizer>(read_pattern(field.at("pattern")),
                                             named(field.at("behavior"), kBehaviors),
                                             field.boolean_or("invert", false));
}

using PreTokenizers = std::vector<std::unique_ptr<const PreTokenizer>>;

void read_pre_tokenizer(const JsonField& field, PreTokenizers& steps, bool& has_byte_level) {
  enum class Kind { kSequence, kSplit, kByteLevel };
  static constexpr std::array<std::pair<std::string_view, Kind>, 3> kKinds = {{
      {"ByteLevel", Kind::kByteLevel},
      {"Split", Kind::kSplit},
      {"Sequence", Kind::kSequence},
  }};
  switch (named(field.at("type"), kKinds)) {
    case Kind::kSequence:
      for (const JsonField& part : field.at("pretokenizers").elements()) {
        read_pre_tokenizer(part, steps, has_byte_level);
      }
      break;
    case Kind::kSplit:
      steps.push_back(read_split(field));
      break;
    case Kind::kByteLevel:
      has_byte_level = true;
      steps.push_back(std::make_unique<ByteLevelPreTokenizer>(
          field.at("add_prefix_space").boolean(), field.boolean_or("use_regex", true)));
      break;
  }
}

PreTokenizers read_pre_tokenizers(const JsonField& root) {
  PreTokenizers steps;
  bool has_byte_level = false;
  const JsonField field = root.at("pre_tokenizer");
  if (!field.value().is_null()) read_pre_tokenizer(field, steps, has_byte_level);
  if (!has_byte_level) field.fail("a ByteLevel step");
  return steps;
}

// --- model ---------------------------------------------------------------------------------------

/// Refuses what byte-level BPE does not use. An empty string and a zero mean "not set".
void check_unused_options(const JsonField& model) {
  for (const char* name : {"dropout", "continuing_subword_prefix", "end_of_word_suffix", "fuse_unk",
                           "byte_fallback"}) {
    const auto option = model.find(name);
    if (!option) continue;
    const nlohmann::json& value = option->value();
    const bool is_unset = value == false || value == "" || (value.is_number() && value == 0);
    if (!is_unset) option->fail("null (not supported)");
  }
}

Vocabulary read_vocabulary(const JsonField& field) {
  if (!field.value().is_object()) field.fail("an object of tokens and their ids");
  Vocabulary vocabulary;
  vocabulary.reserve(field.value().size());
  std::unordered_map<TokenId, std::string> owner;
  for (const auto& item : field.value().items()) {
    const JsonField entry = field.at(item.key());
    const TokenId id = id_of(entry);
    const auto [known, is_new] = owner.try_emplace(id, item.key());
    if (!is_new) entry.fail(fmt::format("an id of its own (\"{}\" has the same)", known->second));
    vocabulary.emplace(item.key(), id);
  }
  return vocabulary;
}

/// "a b" or ["a", "b"].
std::pair<std::string, std::string> read_merge(const JsonField& merge) {
  constexpr std::string_view kForm = R"(a merge: "left right" or ["left", "right"])";
  if (merge.value().is_array()) {
    const auto parts = merge.elements();
    if (parts.size() != 2) merge.fail(kForm);
    return {parts[0].string(), parts[1].string()};
  }
  if (!merge.value().is_string()) merge.fail(kForm);
  const std::string text = merge.string();
  const std::size_t space = text.find(' ');
  if (space == std::string::npos || text.find(' ', space + 1) != std::string::npos) {
    merge.fail(kForm);
  }
  return {text.substr(0, space), text.substr(space + 1)};
}

void read_merges(const JsonField& field, Bpe& bpe) {
  for (const JsonField& merge : field.elements()) {
    // Files converted from merges.txt may still open with its comment.
    if (merge.value().is_string() && merge.string().starts_with("#version")) continue;
    const auto [left, right] = read_merge(merge);
    if (bpe.add_merge(left, right)) continue;
    std::vector<std::string> missing;
    for (const std::string& token : {left, right, left + right}) {
      if (!bpe.find(token)) missing.push_back(fmt::format("\"{}\"", token));
    }
    merge.fail(fmt::format("tokens of the vocabulary ({} missing there)", join_names(missing)));
  }
}

Bpe read_bpe(const JsonField& model) {
  if (const auto type = model.find("type"); type && type->string() != "BPE") type->fail("BPE");
  check_unused_options(model);
  Vocabulary vocabulary = read_vocabulary(model.at("vocab"));
  std::optional<TokenId> unknown;
  if (const auto field = model.find("unk_token")) {
    const auto found = vocabulary.find(field->string());
    if (found == vocabulary.end()) field->fail("a token of the vocabulary");
    unknown = found->second;
  }
  Bpe bpe(std::move(vocabulary), model.boolean_or("ignore_merges", false), unknown);
  read_merges(model.at("merges"), bpe);
  return bpe;
}

// --- added tokens and decoder --------------------------------------------------------------------

std::vector<AddedToken> read_added_tokens(const JsonField& root, const Bpe& bpe) {
  std::unordered_map<TokenId, std::string_view> owner;
  for (const auto& [token, id] : bpe.vocabulary()) owner.emplace(id, token);
  std::vector<AddedToken> tokens;
  const auto field = root.find("added_tokens");
  if (!field) return tokens;
  for (const JsonField& entry : field->elements()) {
    AddedToken token;
    token.id = id_of(entry.at("id"));
    token.content = entry.at("content").string();
    token.single_word = entry.at("single_word").boolean();
    token.lstrip = entry.at("lstrip").boolean();
    token.rstrip = entry.at("rstrip").boolean();
    token.normalized = entry.at("normalized").boolean();
    token.special = entry.at("special").boolean();
    const auto vocabulary_id = bpe.find(token.content);
    const auto owned = owner.find(token.id);
    if ((vocabulary_id && *vocabulary_id != token.id) ||
        (owned != owner.end() && owned->second != token.content)) {
      entry.at("id").fail(fmt::format(
          "the id that \"{}\" has in the vocabulary or one that is free", token.content));
    }
    tokens.push_back(std::move(token));
  }
  for (const AddedToken& token : tokens) {
    const auto [known, is_new] = owner.try_emplace(token.id, token.content);
    if (!is_new && known->second != token.content) {
      field->fail(fmt::format("one token per id (\"{}\" and \"{}\" are both {})", known->second,
                              token.content, token.id));
    }
  }
  return tokens;
}

DetokenizeRule read_detokenize_rule(const JsonField& field) {
  const JsonField type = field.at("type");
  if (type.value() == "Sequence") {
    const auto parts = field.at("decoders").elements();
    if (parts.size() != 1) field.fail("a Sequence of one ByteLevel");
    return read_detokenize_rule(parts[0]);
  }
  if (type.value() != "ByteLevel") type.fail("ByteLevel");
  return DetokenizeRule::kByteLevel;
}

/// The post-processor puts tokens around a text, which is never asked for; what it says must only
/// be understood.
void check_post_processor(const JsonField& field) {
  const JsonField type = field.at("type");
  if (type.value() == "Sequence") {
    for (const JsonField& part : field.at("processors").elements()) check_post_processor(part);
    return;
  }
  if (type.value() != "ByteLevel" && type.value() != "TemplateProcessing") {
    type.fail("one of ByteLevel, TemplateProcessing, Sequence");
  }
}

// --- file ----------------------------------------------------------------------------------------

nlohmann::json read_document(const fs::path& path) {
  std::error_code error;
  if (!fs::exists(path, error)) {
    throw WeightsError(fmt::format(
        "{}: missing, expected the tokenizer of the model in Hugging Face's format; check the "
        "model folder",
        path.string()));
  }
  try {
    return parse_large_json(read_file(path), path.string());
  } catch (const DataError& fault) {
    throw WeightsError(fault.what());
  }
}

}  // namespace

TokenizerParts read_tokenizer_json(const fs::path& path) {
  const nlohmann::json document = read_document(path);
  const std::string file = path.string();
  const JsonField root(document, file);
  Bpe bpe = read_bpe(root.at("model"));
  if (const auto field = root.find("post_processor")) check_post_processor(*field);
  const auto decoder = root.find("decoder");
  std::vector<AddedToken> added = read_added_tokens(root, bpe);
  return TokenizerParts{
      .added_tokens = AddedTokens(std::move(added), read_normalizer(root)),
      .pre_tokenizers = read_pre_tokenizers(root),
      .bpe = std::move(bpe),
      .decoder = decoder ? read_detokenize_rule(*decoder) : DetokenizeRule::kJoinedWithSpace,
  };
}

}  // namespace evotoken::tokenizer
