#include "engine/tokenizer/byte_tokenizer.h"

#include <nlohmann/json.hpp>
#include <string>

#include "base/files.h"
#include "engine/tokenizer/byte_level.h"

namespace evotoken::tokenizer {
namespace {

using Json = nlohmann::ordered_json;

// The template of LLaDA-8B-Instruct's tokenizer_config.json, which chat_template.cc recognises.
constexpr const char* kChatTemplate =
    "{% set loop_messages = messages %}{% for message in loop_messages %}{% set content = "
    "'<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'+ message['content'] | trim "
    "+ "
    "'<|eot_id|>' %}{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}{{ "
    "content }}{% endfor %}{% if add_generation_prompt %}{{ "
    "'<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}";

Json added_token(std::int64_t id, const char* content) {
  return {{"id", id},        {"content", content},  {"single_word", false}, {"lstrip", false},
          {"rstrip", false}, {"normalized", false}, {"special", true}};
}

/// Words by `pattern` where there is one, then bytes in their alphabet.
Json pre_tokenizer(const std::string& pattern, const Json& byte_level) {
  if (pattern.empty()) return byte_level;
  const Json split = {{"type", "Split"},
                      {"pattern", {{"Regex", pattern}}},
                      {"behavior", "Isolated"},
                      {"invert", false}};
  return {{"type", "Sequence"}, {"pretokenizers", {split, byte_level}}};
}

}  // namespace

ByteTokenizerIds write_byte_tokenizer(const std::filesystem::path& folder,
                                      const BytePairMerges& merges) {
  ByteTokenizerIds ids;
  Json vocab;
  for (int byte = 0; byte < 256; ++byte) {
    std::string token;
    append_byte_level(std::string(1, static_cast<char>(byte)), token);
    vocab[token] = byte;
  }
  Json ranked = Json::array();
  for (const auto& [left, right] : merges.merges) {
    ranked.push_back({left, right});
    // Two merges may spell the same token; it has one id.
    const auto [entry, is_new] = vocab.emplace(left + right, ids.vocab_size);
    if (is_new) ++ids.vocab_size;
  }
  const Json byte_level = {{"type", "ByteLevel"},
                           {"add_prefix_space", false},
                           {"trim_offsets", true},
                           {"use_regex", false}};
  const Json tokenizer = {
      {"version", "1.0"},
      {"added_tokens",
       {added_token(ids.start_of_text, "<|startoftext|>"),
        added_token(ids.end_of_text, "<|endoftext|>"), added_token(ids.mask, "<|mdm_mask|>"),
        added_token(ids.start_header, "<|start_header_id|>"),
        added_token(ids.end_header, "<|end_header_id|>"),
        added_token(ids.end_of_turn, "<|eot_id|>")}},
      {"normalizer", nullptr},
      {"pre_tokenizer", pre_tokenizer(merges.word_pattern, byte_level)},
      {"post_processor", nullptr},
      {"decoder", byte_level},
      {"model", {{"type", "BPE"}, {"vocab", vocab}, {"merges", ranked}}}};
  const Json config = {{"bos_token", "<|startoftext|>"},
                       {"eos_token", "<|endoftext|>"},
                       {"pad_token", "<|endoftext|>"},
                       {"chat_template", kChatTemplate}};
  write_file_atomically(folder / "tokenizer.json", tokenizer.dump(1));
  write_file_atomically(folder / "tokenizer_config.json", config.dump(1));
  return ids;
}

}  // namespace evotoken::tokenizer
