#include "programs/cli_help.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <utility>

namespace evotoken::programs {
namespace {

constexpr std::size_t kDefaultColumns = 100;
constexpr std::size_t kLeastColumns = 60;
constexpr std::size_t kFlagColumn = 30;  // where the help of a flag begins
constexpr const char* kHelpTopic = "Help";
constexpr std::string_view kAllTopics = "all";
constexpr std::ptrdiff_t kScreenLines = 45;  // longer help is given in short first

std::string on_one_line(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  return text;
}

/// "{a,b}" as its names, wherever it stands in a type's name.
std::vector<std::string> choices_of(const std::string& type) {
  const std::size_t open = type.find('{');
  const std::size_t close = type.find('}', open == std::string::npos ? 0 : open);
  if (open == std::string::npos || close == std::string::npos) return {};
  return CLI::detail::split(type.substr(open + 1, close - open - 1), ',');
}

/// CLI11's "INT:INT in [0 - 9]", "TEXT:{a,b}", "UINT" as people say it.
std::string value_of(const std::string& type, const std::vector<std::string>& choices) {
  if (!choices.empty()) return fmt::format("{{{}}}", fmt::join(choices, ","));
  std::string kind = type.substr(0, type.find(':'));
  if (kind == "INT" || kind == "UINT") return "N";
  if (kind == "FLOAT") return "X";
  return kind;
}

FlagText flag_text(const CLI::Option& option) {
  FlagText flag;
  for (const std::string& name : option.get_snames()) flag.spelled.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) flag.spelled.push_back("--" + name);
  flag.names =
      flag.spelled.empty() ? option.get_name() : fmt::format("{}", fmt::join(flag.spelled, ", "));
  flag.help = on_one_line(option.get_description());
  if (option.get_type_size() != 0) {
    const std::string type = option.get_type_name();
    flag.choices = choices_of(type);
    flag.value = flag.spelled.empty() ? "" : value_of(type, flag.choices);
    flag.fallback = option.get_default_str();
  }
  if (option.get_required()) flag.help += " (required)";
  return flag;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

/// `text` broken at blanks into lines of at most `width`; a longer word keeps a line of its own.
std::vector<std::string> wrapped(const std::string& text, std::size_t width) {
  std::vector<std::string> lines;
  for (const std::string& word : CLI::detail::split(text, ' ')) {
    if (lines.empty() || lines.back().size() + 1 + word.size() > width) {
      lines.push_back(word);
    } else {
      lines.back() += " " + word;
    }
  }
  return lines;
}

/// "  --limit N          first samples of each task only; 0 is all [0]"
std::string flag_lines(const FlagText& flag, std::size_t columns) {
  std::string head = "  " + flag.names;
  if (!flag.value.empty()) head += " " + flag.value;
  std::string help = flag.help;
  if (!flag.fallback.empty()) help += fmt::format(" [{}]", flag.fallback);
  std::string text;
  std::string indent = head;
  if (head.size() + 2 > kFlagColumn) {
    text = head + "\n";
    indent.clear();
  }
  for (const std::string& line : wrapped(help, columns - kFlagColumn)) {
    text += fmt::format("{:<{}}{}\n", indent, kFlagColumn, line);
    indent.clear();
  }
  return text;
}

std::string usage_line(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* at = &app; at != nullptr; at = at->get_parent())
    names.insert(names.begin(), at->get_name());
  std::string usage = fmt::format("Usage: {}", fmt::join(names, " "));
  if (!app.get_subcommands({}).empty()) usage += " COMMAND";
  usage += " [FLAGS]";
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_positional()) continue;
    const bool many = option->get_items_expected_max() > 1;
    const std::string argument = option->get_name() + (many ? "..." : "");
    usage += option->get_required() ? " " + argument : " [" + argument + "]";
  }
  return usage + "\n";
}

/// "  --limit N [0]  --order NAME [file]": flags and defaults alone.
std::string flags_in_short(const std::vector<FlagText>& flags, std::size_t columns) {
  std::vector<std::string> texts;
  for (const FlagText& flag : flags) {
    const auto is_long = [](const std::string& name) { return name.starts_with("--"); };
    const auto spelled = std::ranges::find_if(flag.spelled, is_long);
    std::string text = spelled == flag.spelled.end() ? flag.names : *spelled;
    if (!flag.value.empty()) text += " " + (flag.choices.empty() ? flag.value : "NAME");
    if (!flag.fallback.empty()) text += fmt::format(" [{}]", flag.fallback);
    texts.push_back(text);
  }
  std::string lines;
  std::string line = " ";
  for (const std::string& text : texts) {
    if (line.size() + text.size() + 2 > columns && line.size() > 1) {
      lines += line + "\n";
      line = " ";
    }
    line += (line.size() > 1 ? "  " : " ") + text;
  }
  return lines + line + "\n";
}

class TopicFormatter final : public CLI::FormatterBase {
 public:
  std::string make_help(const CLI::App* app, std::string /*name*/,
                        CLI::AppFormatMode /*mode*/) const override {
    return help_text(*app, "", help_columns());
  }
};

}  // namespace

std::size_t help_columns() {
  struct winsize size {};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kDefaultColumns;
  return std::clamp<std::size_t>(size.ws_col, kLeastColumns, kDefaultColumns);
}

std::vector<Topic> topics_of(const CLI::App& app) {
  Topic arguments{"Arguments", {}};
  Topic help{kHelpTopic, {}};
  std::vector<Topic> topics = {{"Flags", {}}};
  for (const CLI::Option* option : app.get_options()) {
    const std::string& group = option->get_group();
    if (group.empty()) continue;
    FlagText flag = flag_text(*option);
    if (flag.spelled.empty()) {
      arguments.flags.push_back(std::move(flag));
    } else if (group == kHelpTopic || option == app.get_help_ptr()) {
      help.flags.push_back(std::move(flag));
    } else {
      const std::string title = group == "Options" ? "Flags" : group;
      auto topic = std::ranges::find(topics, title, &Topic::title);
      if (topic == topics.end()) topic = topics.insert(topics.end(), Topic{title, {}});
      topic->flags.push_back(std::move(flag));
    }
  }
  topics.insert(topics.begin(), std::move(arguments));
  topics.push_back(std::move(help));
  std::erase_if(topics, [](const Topic& topic) { return topic.flags.empty(); });
  return topics;
}

std::vector<std::string> help_topics(const CLI::App& app) {
  std::vector<std::string> names;
  for (const Topic& topic : topics_of(app)) names.push_back(lower(topic.title));
  names.emplace_back(kAllTopics);
  return names;
}

std::string help_text(const CLI::App& app, std::string_view topic, std::size_t columns) {
  std::string text;
  std::string in_short;
  std::vector<std::string> titles;
  const bool whole = topic.empty() || lower(topic) == kAllTopics;
  for (const Topic& one : topics_of(app)) {
    if (!whole && lower(one.title) != lower(topic)) continue;
    const std::string title = fmt::format("\n{}\n", one.title);
    text += title;
    for (const FlagText& flag : one.flags) text += flag_lines(flag, columns);
    in_short += title + flags_in_short(one.flags, columns);
    if (one.title != kHelpTopic) titles.push_back(lower(one.title));
  }
  if (!whole) return text;
  if (topic.empty() && std::ranges::count(text, '\n') > kScreenLines) {
    text = in_short +
           "\n--help TOPIC explains the flags of a topic, --help all those of all topics.\n";
  }
  std::string head;
  for (const std::string& line : wrapped(on_one_line(app.get_description()), columns))
    head += line + "\n";
  head += usage_line(app);
  if (titles.size() > 2)
    head += fmt::format("Topics, for --help TOPIC: {}\n", fmt::join(titles, ", "));
  const auto commands = app.get_subcommands({});
  if (!commands.empty()) head += "\nCommands, each with its own --help\n";
  for (const CLI::App* command : commands) {
    head += flag_lines(
        {command->get_name(), "", "", on_one_line(command->get_description()), {}, {}}, columns);
  }
  if (!app.get_footer().empty()) text += fmt::format("\n{}\n", app.get_footer());
  return head + text;
}

std::shared_ptr<CLI::FormatterBase> topic_formatter() { return std::make_shared<TopicFormatter>(); }

}  // namespace evotoken::programs
