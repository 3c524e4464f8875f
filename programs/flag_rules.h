// What holds for every flag of every program, said once.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace evotoken::programs {

/// Gives the flags of `app` and its subcommands their common rules:
/// - of a flag with one value that is given twice, the last one counts;
/// - a number is decimal, finite and within the range of what it is read into: the parser itself
///   wraps, cuts or ignores what does not fit;
/// - an empty value is refused: it is most often a shell variable that is not set;
/// - a flag without a value takes true or false after "=", nothing else.
void apply_flag_rules(CLI::App& app);

/// The long names of the flags of `app`, without their dashes.
std::vector<std::string> flag_names(const CLI::App& app);

}  // namespace evotoken::programs
