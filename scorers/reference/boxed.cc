#include "scorers/reference/boxed.h"

#include <cstddef>

namespace evotoken::scorers::reference {
namespace {

// `text` up to the first `}` that brings the count of open braces to zero.
std::optional<std::string_view> up_to_balance(std::string_view text) {
  std::ptrdiff_t open = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '{') ++open;
    if (text[i] == '}' && --open == 0) return text.substr(0, i + 1);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string_view> last_box(std::string_view text) {
  constexpr std::string_view kWithSpace = "\\boxed ";
  if (const std::size_t at = text.rfind(kWithSpace); at != std::string_view::npos) {
    const std::string_view rest = text.substr(at + kWithSpace.size());
    return rest.substr(0, rest.find('$'));
  }

  std::size_t start = text.rfind("\\boxed");
  if (start == std::string_view::npos) start = text.rfind("\\fbox");
  if (start == std::string_view::npos) return text;
  const std::optional<std::string_view> box = up_to_balance(text.substr(start));
  constexpr std::string_view kWithBrace = "\\boxed{";
  if (!box || !box->starts_with(kWithBrace)) return box;
  return box->substr(kWithBrace.size(), box->size() - kWithBrace.size() - 1);
}

}  // namespace evotoken::scorers::reference
