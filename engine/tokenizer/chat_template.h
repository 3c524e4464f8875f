// The chat template of a model: recognised by its text, not interpreted.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace evotoken::tokenizer {

/// What a model folder says about chatting. Templates are Jinja programs; the few that matter here
/// are known by their text and rendered by our own code.
class ChatTemplate {
 public:
  /// Reads chat_template.jinja (first choice) or tokenizer_config.json, where the template is a
  /// string or a list of named templates ("default" counts), and the bos token (a string or an
  /// object with "content"). A template that is missing or unknown is an error only when one is
  /// rendered; a file that is not JSON is one now.
  static ChatTemplate load(const std::filesystem::path& model_dir);

  /// One user turn, its text stripped as Python's `str.strip()` does, up to where the assistant
  /// begins. Throws WeightsError when there is no template or it is not a known one.
  std::string render_user_turn(std::string_view user_turn) const;

 private:
  std::string bos_token_;
  std::string problem_;  // why nothing can be rendered; empty when it can
};

/// The template with what Jinja ignores taken out, so that layout does not matter: white space and
/// escapes inside tags, and what `trim_blocks` and `lstrip_blocks` (which transformers sets) drop.
std::string canonical_template(std::string_view source);

/// `text` without the white space (as Python's `str.isspace` has it) at both ends.
std::string_view python_strip(std::string_view text);

}  // namespace evotoken::tokenizer
