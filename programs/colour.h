// Colour for people at a terminal: tables and verdicts, nothing that a pipe or a file would see.
#pragma once

#include <string>

namespace evotoken::programs {

/// Is `descriptor` a terminal that shows colour? Not where NO_COLOR is set and not
/// empty (https://no-color.org) or TERM is "dumb".
bool shows_colour(int descriptor);

/// `text` with the titles of its tables bold, the rules under them faint, "REGRESSION" red and
/// "improved" green. The widths of columns stay as they are.
std::string coloured(const std::string& text);

/// `text` as it is to be written to `descriptor`: coloured where it shows.
std::string for_terminal(const std::string& text, int descriptor);

}  // namespace evotoken::programs
