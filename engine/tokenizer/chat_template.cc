#include "engine/tokenizer/chat_template.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/error.h"
#include "base/files.h"
#include "engine/tokenizer/utf8.h"

namespace evotoken::tokenizer {
namespace fs = std::filesystem;

namespace {

constexpr std::string_view kConfigName = "tokenizer_config.json";
constexpr std::string_view kTemplateName = "chat_template.jinja";

constexpr std::string_view kLlama3Turns =
    "{% set loop_messages = messages %}{% for message in loop_messages %}"
    "{% set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'"
    "+ message['content'] | trim + '<|eot_id|>' %}"
    "{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}"
    "{{ content }}{% endfor %}";
constexpr std::string_view kLlama3Assistant =
    "{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}";

/// Llama 3's template, which LLaDA took over, with and without the question whether the assistant
/// is to speak. For a user turn that is to be answered both say the same.
std::array<std::string, 2> known_templates() {
  return {fmt::format("{}{{% if add_generation_prompt %}}{}{{% endif %}}", kLlama3Turns,
                      kLlama3Assistant),
          fmt::format("{}{}", kLlama3Turns, kLlama3Assistant)};
}

/// str.isspace: Unicode's white space and the four ASCII separators.
bool is_python_space(char32_t c) { return is_white_space(c) || (c >= 0x1C && c <= 0x1F); }

bool is_ascii_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// The inside of a tag: white space outside of string literals goes, `\n` inside becomes a newline.
std::string canonical_tag(std::string_view tag) {
  std::string canonical;
  char quote = '\0';
  for (std::size_t i = 0; i < tag.size(); ++i) {
    const char c = tag[i];
    if (quote == '\0') {
      if (is_ascii_space(c)) continue;
      if (c == '\'' || c == '"') quote = c;
      canonical += quote == '\0' ? c : '\'';
    } else if (c == quote) {
      quote = '\0';
      canonical += '\'';
    } else if (c == '\\' && i + 1 < tag.size() && tag[i + 1] == 'n') {
      canonical += '\n';
      ++i;
    } else {
      canonical += c;
    }
  }
  return canonical;
}

void strip_right(std::string& text, std::string_view characters) {
  text.erase(text.find_last_not_of(characters) + 1);
}

/// Before a block tag, spaces that are alone on their line do not count (lstrip_blocks).
void strip_line_start(std::string& text, bool begins_line) {
  const std::size_t last = text.find_last_not_of(" \t");
  if (last == std::string::npos) {
    if (begins_line) text.clear();
  } else if (text[last] == '\n') {
    text.erase(last + 1);
  }
}

constexpr std::string_view kTemplateSpace = " \t\r\n";

/// The value of "bos_token" or any other token of tokenizer_config.json.
std::optional<std::string> token_content(const nlohmann::json& config, const char* name) {
  const auto token = config.find(name);
  if (token == config.end()) return std::nullopt;
  if (token->is_string()) return token->get<std::string>();
  if (token->is_object() && token->contains("content") && (*token)["content"].is_string()) {
    return (*token)["content"].get<std::string>();
  }
  return std::nullopt;
}

/// "chat_template" of tokenizer_config.json: a string or a list of named ones.
std::optional<std::string> template_of(const nlohmann::json& config) {
  const auto entry = config.find("chat_template");
  if (entry == config.end()) return std::nullopt;
  if (entry->is_string()) return entry->get<std::string>();
  if (!entry->is_array()) return std::nullopt;
  for (const auto& named : *entry) {
    if (named.is_object() && named.value("name", nlohmann::json()) == "default" &&
        named.contains("template") && named["template"].is_string()) {
      return named["template"].get<std::string>();
    }
  }
  return std::nullopt;
}

nlohmann::json read_config(const fs::path& path) {
  if (!fs::exists(path)) return nlohmann::json::object();
  try {
    auto config = nlohmann::json(read_json_file(path));
    if (config.is_object()) return config;
  } catch (const DataError& error) {
    throw WeightsError(error.what());
  }
  throw WeightsError(
      fmt::format("{}: is not a JSON object, expected the tokenizer's settings; fetch the file "
                  "again",
                  path.string()));
}

bool is_known(std::string_view source) {
  const std::string canonical = canonical_template(source);
  const auto known = known_templates();
  return std::any_of(known.begin(), known.end(), [&](const std::string& candidate) {
    return canonical_template(candidate) == canonical;
  });
}

/// The beginning of a template on one line, for messages.
std::string beginning_of(std::string_view source) {
  constexpr std::size_t kShown = 160;
  std::string shown = to_valid_utf8(source.substr(0, kShown));
  for (std::size_t at = 0; (at = shown.find('\n', at)) != std::string::npos;) {
    shown.replace(at, 1, "\\n");
  }
  return source.size() > kShown ? shown + "…" : shown;
}

std::string unknown_template(const std::string& where, std::string_view source) {
  return fmt::format(
      "{}: the chat template is not a known one (it begins {}), expected Llama 3's, which LLaDA "
      "uses (it begins {}); give prompts without the template or use a model that has this one",
      where, beginning_of(source), beginning_of(kLlama3Turns));
}

}  // namespace

std::string_view python_strip(std::string_view text) {
  std::size_t begin = 0;
  while (begin < text.size()) {
    std::size_t behind = begin;
    if (!is_python_space(next_code_point(text, behind))) break;
    begin = behind;
  }
  std::size_t end = text.size();
  while (end > begin) {
    std::size_t before = end;
    if (!is_python_space(previous_code_point(text, before))) break;
    end = before;
  }
  return text.substr(begin, end - begin);
}

std::string canonical_template(std::string_view source) {
  std::string canonical;
  bool strip_left = false;  // the tag before ended in -%} or -}}
  bool begins_line = true;  // nothing but a newline that was dropped stands before
  while (!source.empty()) {
    const std::size_t open = std::min(source.find("{%"), source.find("{{"));
    std::string plain(source.substr(0, open));
    if (strip_left) plain.erase(0, plain.find_first_not_of(kTemplateSpace));
    if (open == std::string_view::npos) {
      if (plain.ends_with('\n')) plain.pop_back();  // Jinja drops one newline at the very end
      return canonical + plain;
    }
    const bool is_block = source[open + 1] == '%';
    source.remove_prefix(open + 2);
    if (source.starts_with('-')) {
      strip_right(plain, kTemplateSpace);
      source.remove_prefix(1);
    } else if (is_block) {
      strip_line_start(plain, begins_line);
    }
    const std::size_t close = source.find(is_block ? "%}" : "}}");
    std::string_view tag = source.substr(0, close);
    source.remove_prefix(close == std::string_view::npos ? source.size() : close + 2);
    strip_left = tag.ends_with('-');
    if (strip_left) tag.remove_suffix(1);
    canonical += plain + (is_block ? "{%" : "{{") + canonical_tag(tag) + (is_block ? "%}" : "}}");
    begins_line = is_block && source.starts_with('\n');
    if (begins_line) source.remove_prefix(1);  // trim_blocks
  }
  return canonical;
}

ChatTemplate ChatTemplate::load(const fs::path& model_dir) {
  const fs::path config_path = model_dir / kConfigName;
  const nlohmann::json config = read_config(config_path);
  std::string where = config_path.string();
  std::optional<std::string> source = template_of(config);
  if (fs::exists(model_dir / kTemplateName)) {
    where = (model_dir / kTemplateName).string();
    source = read_file(where);
  }

  ChatTemplate result;
  const auto bos_token = token_content(config, "bos_token");
  if (!source) {
    result.problem_ = fmt::format(
        "{}: no chat template (neither \"chat_template\" here nor {}), expected one; give prompts "
        "without the template or use an instruction-tuned model",
        where, kTemplateName);
  } else if (!is_known(*source)) {
    result.problem_ = unknown_template(where, *source);
  } else if (!bos_token) {
    result.problem_ = fmt::format(
        "{}: field \"bos_token\" missing, expected the token that opens a conversation; fetch the "
        "file again",
        config_path.string());
  } else {
    result.bos_token_ = *bos_token;
  }
  return result;
}

std::string ChatTemplate::render_user_turn(std::string_view user_turn) const {
  if (!problem_.empty()) throw WeightsError(problem_);
  const std::string content = to_valid_utf8(user_turn);
  return fmt::format(
      "{}<|start_header_id|>user<|end_header_id|>\n\n{}<|eot_id|>"
      "<|start_header_id|>assistant<|end_header_id|>\n\n",
      bos_token_, python_strip(content));
}

}  // namespace evotoken::tokenizer
