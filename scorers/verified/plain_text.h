// Answers in words: texts and the letters of choices.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace evotoken::scorers::verified {

/// The words of an answer without fonts, braces, punctuation and spaces, in lower case
/// ("\text{East}." → "east"); nothing where it holds digits, operators or other commands.
std::optional<std::string> words_of(std::string_view answer);

/// Is the gold an answer in words: something in \text and nothing else, or a word of four letters?
bool is_text_gold(std::string_view gold);

/// The letter of a gold that is a choice, A to J: `\text{(C)}`, `(C)`, `C`.
std::optional<char> choice_gold(std::string_view gold);

/// The letter that an answer to a choice commits to: `C`, `(C)`, `\textbf{(C)}\ Plane`, `C. Plane`,
/// `c`; nothing for anything else.
std::optional<char> chosen_letter(std::string_view answer);

}  // namespace evotoken::scorers::verified
