// A program's manual page and shell completion, from the description of its flags.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace evotoken::programs {

/// A man page, section 1 (man-pages(7)); `version` stands in its footer.
std::string man_page(const CLI::App& app, const std::string& version);

/// A bash script that completes flags, subcommands and the values that are known; files elsewhere.
/// To be sourced, or put where bash-completion looks under the program's name.
std::string bash_completion(const CLI::App& app);

}  // namespace evotoken::programs
