#include "scorers/verified/plain_text.h"

#include <array>

#include "scorers/verified/text.h"

namespace evotoken::scorers::verified {
namespace {

constexpr std::array<std::string_view, 13> kFonts = {
    "\\displaystyle", "\\textbf",     "\\textit",      "\\textrm", "\\texttt",
    "\\textsf",       "\\textnormal", "\\text",        "\\mbox",   "\\mathrm",
    "\\mathbf",       "\\hbox",       "\\operatorname"};

/// Fonts, braces and formula marks taken out.
std::string unwrapped(std::string_view answer) {
  std::string text = fold_unicode(answer);
  for (const std::string_view font : kFonts) text = replaced(text, font, "");
  for (const std::string_view mark : {"\\(", "\\)", "\\[", "\\]", "\\ ", "\\,", "\\;", "\\left",
                                      "\\right", "$", "{", "}", "**", "~"}) {
    text = replaced(text, mark, mark == "\\ " || mark == "~" ? " " : "");
  }
  return std::string(trim(text));
}

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

std::optional<char> choice_letter(char c) {
  const char letter = upper(c);
  if (letter < 'A' || letter > 'J') return std::nullopt;
  return letter;
}

}  // namespace

std::optional<std::string> words_of(std::string_view answer) {
  std::string words;
  for (const char c : unwrapped(answer)) {
    if (is_letter(c) || static_cast<unsigned char>(c) >= 0x80) {
      words += c;
    } else if (!is_space(c) && std::string_view(".,;:!?'\"-()").find(c) == std::string_view::npos) {
      return std::nullopt;
    }
  }
  if (words.empty()) return std::nullopt;
  return lower_case(words);
}

bool is_text_gold(std::string_view gold) {
  const auto words = words_of(gold);
  if (!words || words->size() < 2) return false;
  return gold.find("\\text") != std::string_view::npos ||
         gold.find("\\mbox") != std::string_view::npos || words->size() >= 4;
}

std::optional<char> choice_gold(std::string_view gold) {
  const std::string text = unwrapped(gold);
  if (text.size() == 3 && text[0] == '(' && text[2] == ')') {
    return text[1] >= 'A' && text[1] <= 'J' ? choice_letter(text[1]) : std::nullopt;
  }
  if (text.size() == 1 && text[0] >= 'A' && text[0] <= 'J') return choice_letter(text[0]);
  return std::nullopt;
}

std::optional<char> chosen_letter(std::string_view answer) {
  const std::string text = unwrapped(answer);
  if (text.size() >= 3 && text[0] == '(' && text[2] == ')') return choice_letter(text[1]);
  if (text.empty() || !is_letter(text[0])) return std::nullopt;
  if (text.size() == 1) return choice_letter(text[0]);
  // "C. Plane", "C) Plane", "C: Plane"; a word that begins with the letter is none.
  if (text[1] == '.' || text[1] == ')' || text[1] == ':') return choice_letter(text[0]);
  return std::nullopt;
}

}  // namespace evotoken::scorers::verified
