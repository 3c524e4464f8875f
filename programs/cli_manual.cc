#include "programs/cli_manual.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "programs/cli_help.h"

namespace evotoken::programs {
namespace {

/// Text as roff prints it: no escape, no command at the head of a line, hyphens that can be copied.
std::string roff(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\\') {
      escaped += "\\e";
    } else if (c == '-') {
      escaped += "\\-";
    } else {
      escaped += c;
    }
  }
  if (escaped.starts_with('.') || escaped.starts_with('\'')) escaped.insert(0, "\\&");
  return escaped;
}

std::string roff_topic(const Topic& topic, const std::string& heading) {
  std::string page = fmt::format("{} \"{}\"\n", heading, roff(topic.title));
  for (const FlagText& flag : topic.flags) {
    page += fmt::format(".TP\n\\fB{}\\fR", roff(flag.names));
    if (!flag.value.empty()) page += fmt::format(" \\fI{}\\fR", roff(flag.value));
    page += fmt::format("\n{}", roff(flag.help));
    if (!flag.fallback.empty()) page += fmt::format(" (default: {})", roff(flag.fallback));
    page += "\n";
  }
  return page;
}

/// "evotoken-eval" as the name of a shell function.
std::string function_name(const CLI::App& app) {
  std::string name = "_" + app.get_name();
  std::ranges::replace(name, '-', '_');
  return name;
}

/// "    --order|-o) values='file longest' ;;" for the flags of `app` that take a value; those
/// without choices complete files.
std::string value_cases(const CLI::App& app) {
  std::string cases;
  for (const Topic& topic : topics_of(app)) {
    for (const FlagText& flag : topic.flags) {
      if (flag.value.empty() || flag.spelled.empty()) continue;
      cases += fmt::format("        {}) values='{}'; files=1 ;;\n", fmt::join(flag.spelled, "|"),
                           fmt::join(flag.choices, " "));
    }
  }
  return cases;
}

std::vector<std::string> all_flags(const CLI::App& app) {
  std::vector<std::string> names;
  for (const Topic& topic : topics_of(app)) {
    for (const FlagText& flag : topic.flags) {
      names.insert(names.end(), flag.spelled.begin(), flag.spelled.end());
    }
  }
  return names;
}

/// What completes within one command: the program itself, or a subcommand.
std::string command_case(const std::string& pattern, const CLI::App& app,
                         const std::vector<std::string>& subcommands) {
  std::string text = fmt::format("    {})\n      case \"$previous\" in\n", pattern);
  text += value_cases(app);
  text += "      esac\n";
  text += fmt::format("      flags='{}'\n", fmt::join(all_flags(app), " "));
  if (!subcommands.empty()) text += fmt::format("      words='{}'\n", fmt::join(subcommands, " "));
  return text + "      ;;\n";
}

}  // namespace

std::string man_page(const CLI::App& app, const std::string& version) {
  std::string page =
      fmt::format(".TH {} 1 \"\" \"{}\" \"User Commands\"\n", app.get_name(), roff(version));
  std::string description = app.get_description();
  std::ranges::replace(description, '\n', ' ');
  const std::string first =
      description.substr(0, std::min(description.find(". "), description.find(": ")));
  page += fmt::format(".SH NAME\n{} \\- {}\n", roff(app.get_name()), roff(first));
  const auto commands = app.get_subcommands({});
  page += fmt::format(".SH SYNOPSIS\n\\fB{}\\fR{} [\\fIFLAGS\\fR] [\\fIARGUMENTS\\fR]\n",
                      roff(app.get_name()), commands.empty() ? "" : " \\fICOMMAND\\fR");
  page += fmt::format(".SH DESCRIPTION\n{}\n", roff(description));
  for (const Topic& topic : topics_of(app)) page += roff_topic(topic, ".SH");
  for (const CLI::App* command : commands) {
    page += fmt::format(".SH \"COMMAND {}\"\n{}\n", roff(command->get_name()),
                        roff(command->get_description()));
    for (const Topic& topic : topics_of(*command)) page += roff_topic(topic, ".SS");
  }
  page += ".SH \"EXIT STATUS\"\n";
  page +=
      "0 success, 1 a comparison or gate failed, 2 wrong usage, 3 data or weights, 4 device or "
      "run-time failure, 130 interrupted.\n";
  return page;
}

std::string bash_completion(const CLI::App& app) {
  const std::string name = function_name(app);
  std::vector<std::string> subcommands;
  std::string cases;
  for (const CLI::App* command : app.get_subcommands({})) {
    subcommands.push_back(command->get_name());
    cases += command_case(command->get_name(), *command, {});
  }
  std::string text = fmt::format("# bash completion of {}, made by {} --completion bash\n",
                                 app.get_name(), app.get_name());
  text += name + R"(() {
  local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}"
  local command='' flags='' words='' values='' files='' word
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in )";
  text += fmt::format("{}) command=\"$word\" ;; esac\n  done\n  case \"$command\" in\n",
                      subcommands.empty() ? "''" : fmt::format("{}", fmt::join(subcommands, "|")));
  text += cases + command_case("''", app, subcommands);
  text += R"(  esac
  COMPREPLY=()
  if [ -n "$files" ]; then
    # A list goes on after its last comma; without known values bash completes files.
    local head=''
    [[ "$current" == *,* ]] && head="${current%,*},"
    [ -z "$values" ] || COMPREPLY=($(compgen -P "$head" -W "$values" -- "${current##*,}"))
  elif [[ "$current" == -* ]]; then
    COMPREPLY=($(compgen -W "$flags" -- "$current"))
  elif [ -n "$words" ]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  fi
}
)";
  return text + fmt::format("complete -o default -F {} {}\n", name, app.get_name());
}

}  // namespace evotoken::programs
