// Text helpers of the verified graders.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace evotoken::scorers::verified {

/// Without white space at both ends (ASCII).
std::string_view trim(std::string_view text);

/// Every `from` (not empty) replaced by `to`.
std::string replaced(std::string_view text, std::string_view from, std::string_view to);

/// Typographic characters as the LaTeX or ASCII that they stand for ("×" → "\times ", "−" → "-",
/// "½" → "\frac{1}{2}", full-width digits …); other bytes as they are.
std::string fold_unicode(std::string_view text);

/// ASCII letters in lower case.
std::string lower_case(std::string_view text);

/// Adds `name` to `flags` unless it is there.
void add_flag(std::vector<std::string>& flags, std::string_view name);

bool is_digit(char c);
bool is_letter(char c);  ///< ASCII
bool is_space(char c);   ///< ASCII

}  // namespace evotoken::scorers::verified
