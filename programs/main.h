// What every program does around its work: flags, errors and exit statuses (spec: interfaces.md).
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

namespace evotoken::programs {

/// Parses the command line into `app`, runs `body` and returns the exit status: what `body`
/// returns, or that of the error it throws, told on stderr as "error: where: what was found, what
/// was expected; what to do". Adds `--help` (also `--help TOPIC`), `--version`, `--completion bash`
/// and `--man`, whose answers are a success; a wrong flag is a usage error; running out of memory
/// and unexpected exceptions are run-time failures, as is a stdout that cannot be written.
int run_main(CLI::App& app, int argc, const char* const* argv, const std::function<int()>& body);

/// The command of another program of ours, to be shown: in the folder that this one was called
/// from.
std::string sibling_program(const std::string& name);

/// `message` as people can read it, whatever names and values it quotes: on one line, control
/// characters as \n and \x1b, the middle of what is longer than a screen left out.
std::string one_clear_line(const std::string& message);

}  // namespace evotoken::programs
