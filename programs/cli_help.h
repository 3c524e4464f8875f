// --help by topics: what a program's flags are, with their defaults, from their one description.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace evotoken::programs {

/// One flag or argument as help, manual and completion show it.
struct FlagText {
  std::string names;                 ///< "--task, --dataset"; an argument's name
  std::string value;                 ///< "N", "FILE", "{file,longest}"; empty for a bare flag
  std::string fallback;              ///< the default; empty without one
  std::string help;                  ///< on one line
  std::vector<std::string> spelled;  ///< {"--task", "--dataset"}; empty for an argument
  std::vector<std::string> choices;  ///< what the value may be, where that is a short list
};

struct Topic {
  std::string title;
  std::vector<FlagText> flags;
};

/// The flags of `app` by topic (CLI11's groups), in the order of adding; arguments first, those of
/// no topic next, help last. Hidden ones are left out.
std::vector<Topic> topics_of(const CLI::App& app);

/// What `--help TOPIC` can be asked for, "all" among them.
std::vector<std::string> help_topics(const CLI::App& app);

/// Usage, arguments, topics and subcommands of `app`, in lines of at most `columns` characters.
/// Where that would not fit a screen, flags and defaults alone; `topic` "all" explains them all the
/// same. With another `topic` (its title, any case) only that one; empty where none has that name.
std::string help_text(const CLI::App& app, std::string_view topic, std::size_t columns);

/// Gives help_text for `app` and its subcommands wherever CLI11 prints help, as wide as the
/// terminal on stdout, 100 columns elsewhere.
std::shared_ptr<CLI::FormatterBase> topic_formatter();

/// The width that topic_formatter writes for.
std::size_t help_columns();

}  // namespace evotoken::programs
