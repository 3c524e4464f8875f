#include "scorers/verified/text.h"

#include <algorithm>
#include <array>
#include <utility>

namespace evotoken::scorers::verified {
namespace {

// Longest first where one is the beginning of another; none is.
constexpr std::array<std::pair<std::string_view, std::string_view>, 53> kFolded = {{
    {"×", "\\times "},
    {"⋅", "\\cdot "},
    {"·", "\\cdot "},
    {"∗", "*"},
    {"÷", "\\div "},
    {"∕", "/"},
    {"⁄", "/"},
    {"−", "-"},
    {"–", "-"},
    {"—", "-"},
    {"‐", "-"},
    {"‑", "-"},
    {"＋", "+"},
    {"－", "-"},
    {"＝", "="},
    {"（", "("},
    {"）", ")"},
    {"，", ","},
    {"．", "."},
    {"\u00A0", " "},
    {"\u2009", "\\,"},
    {"\u202F", "\\,"},
    {"\u200B", ""},
    {"\uFEFF", ""},
    {"°", "^\\circ "},
    {"º", "^\\circ "},
    {"π", "\\pi "},
    {"∞", "\\infty "},
    {"√", "\\sqrt "},
    {"±", "\\pm "},
    {"∓", "\\mp "},
    {"≤", "\\le "},
    {"≥", "\\ge "},
    {"≠", "\\neq "},
    {"≈", "\\approx "},
    {"∈", "\\in "},
    {"∪", "\\cup "},
    {"∩", "\\cap "},
    {"∅", "\\emptyset "},
    {"ℝ", "\\mathbb{R}"},
    {"½", "\\frac{1}{2}"},
    {"¼", "\\frac{1}{4}"},
    {"¾", "\\frac{3}{4}"},
    {"⅓", "\\frac{1}{3}"},
    {"⅔", "\\frac{2}{3}"},
    {"⅛", "\\frac{1}{8}"},
    {"²", "^2"},
    {"³", "^3"},
    {"€", "\\euro "},
    {"£", "\\pounds "},
    {"¥", "\\yen "},
    {"’", "'"},
    {"′", "'"},
}};

}  // namespace

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string out;
  std::size_t begin = 0;
  for (std::size_t at = text.find(from); at != std::string_view::npos;
       at = text.find(from, begin)) {
    out += text.substr(begin, at - begin);
    out += to;
    begin = at + from.size();
  }
  out += text.substr(begin);
  return out;
}

std::string fold_unicode(std::string_view text) {
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  if (std::all_of(text.begin(), text.end(), is_ascii)) return std::string(text);
  std::string out;
  while (!text.empty()) {
    const auto* found = std::find_if(kFolded.begin(), kFolded.end(), [&](const auto& entry) {
      return !is_ascii(text[0]) && text.starts_with(entry.first);
    });
    if (found != kFolded.end()) {
      out += found->second;
      text.remove_prefix(found->first.size());
    } else if (text.size() >= 3 && text.starts_with("\xEF\xBC") && text[2] >= '\x90' &&
               text[2] <= '\x99') {  // full-width digits
      out += static_cast<char>('0' + (text[2] - '\x90'));
      text.remove_prefix(3);
    } else {
      out += text[0];
      text.remove_prefix(1);
    }
  }
  return out;
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

void add_flag(std::vector<std::string>& flags, std::string_view name) {
  if (std::find(flags.begin(), flags.end(), name) == flags.end()) flags.emplace_back(name);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

}  // namespace evotoken::scorers::verified
