#include "programs/main.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <iostream>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "base/error.h"
#include "base/similar_name.h"
#include "base/unknown_name.h"
#include "programs/cli_help.h"
#include "programs/cli_manual.h"
#include "programs/flag_rules.h"
#include "reports/build_info.h"

namespace evotoken::programs {

std::string one_clear_line(const std::string& message) {
  constexpr std::size_t kHead = 1000;
  constexpr std::size_t kTail = 500;
  std::string line;
  for (const char c : message) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7f) {
      line += c;
    } else if (c == '\n') {
      line += "\\n";
    } else {
      line += fmt::format("\\x{:02x}", byte);
    }
  }
  if (line.size() <= kHead + kTail) return line;
  // Not within a character of UTF-8.
  const auto continues = [&](std::size_t i) { return (line[i] & 0xc0) == 0x80; };
  std::size_t head = kHead;
  while (head > 0 && continues(head)) --head;
  std::size_t tail = line.size() - kTail;
  while (tail < line.size() && continues(tail)) ++tail;
  return fmt::format("{} [{} bytes left out] {}", line.substr(0, head), tail - head,
                     line.substr(tail));
}

namespace {

int fail(ExitStatus status, const std::string& message) {
  std::cout.flush();  // what was printed before the error stands before it
  std::cerr << "error: " << one_clear_line(message) << std::endl;
  return static_cast<int>(status);
}

/// The flag of `app` that `given` seems to mean, with its dashes; empty where none does.
std::string meant_flag(const CLI::App& app, std::string_view given) {
  std::string_view stem = given.substr(std::min(given.find_first_not_of('-'), given.size()));
  stem = stem.substr(0, stem.find('='));
  const std::string meant = similar_name(stem, flag_names(app));
  return meant.empty() ? "" : "--" + meant;
}

/// Says which argument nothing takes, the first one of them.
std::string unexpected_argument(const CLI::App& app) {
  for (const CLI::App* const command : app.get_subcommands()) {
    if (command->remaining_size() > 0) return unexpected_argument(*command);
  }
  const std::vector<std::string> unexpected = app.remaining();
  if (unexpected.empty()) return "an argument was not expected";
  const auto flag = std::ranges::find_if(
      unexpected, [](const std::string& argument) { return argument.starts_with('-'); });
  if (flag == unexpected.end()) return unexpected.front() + " was not expected";
  const std::string meant = meant_flag(app, *flag);
  return fmt::format("there is no flag {}{}", *flag,
                     meant.empty() ? "" : fmt::format(" (did you mean {}?)", meant));
}

/// The names of the commands that the program asks for; none where it takes flags alone.
std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* const command : app.get_subcommands({}))
    names.push_back(command->get_name());
  return names;
}

/// What is wrong where none of the program's commands was given.
std::string missing_command(const CLI::App& app) {
  const std::vector<std::string> given = app.remaining();
  const std::string expected = "expected one of " + join_names(command_names(app));
  return given.empty() ? "no command, " + expected
                       : fmt::format("there is no command {}, {}", given.front(), expected);
}

/// CLI11's message on one line, in our form.
std::string usage_message(const CLI::App& app, const CLI::ParseError& error) {
  const bool unexpected = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr;
  const bool lacks_command = app.get_subcommands().empty() && !command_names(app).empty();
  std::string reason = lacks_command ? missing_command(app)
                       : unexpected  ? unexpected_argument(app)
                                     : error.what();
  std::ranges::replace(reason, '\n', ' ');
  return fmt::format("command line: {}; see {} --help", reason, app.get_name());
}

/// LibTorch's messages carry a stack trace from the second line on.
std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

/// `status`, if all that was said reached stdout.
int flushed(int status) {
  std::cout.flush();
  if (std::cout.good()) return status;
  return fail(ExitStatus::kDevice,
              "stdout: cannot be written, expected an open pipe or a file with room; make room or "
              "choose another file");
}

int guarded(const CLI::App& app, const std::function<int()>& body) {
  try {
    return flushed(body());
  } catch (const Error& error) {
    return fail(error.status(), error.what());
  } catch (const CLI::Success& help_or_version) {
    return flushed(app.exit(help_or_version));  // prints what was asked for
  } catch (const CLI::ParseError& error) {
    return fail(ExitStatus::kUsage, usage_message(app, error));
  } catch (const std::bad_alloc&) {
    return fail(ExitStatus::kDevice,
                "memory: not enough, expected more to be free; use a smaller batch or a shorter "
                "text");
  } catch (const std::filesystem::filesystem_error& error) {
    return fail(ExitStatus::kDevice,
                fmt::format("{}: cannot be used ({}), expected to be there and permitted; check it",
                            error.path1().string(), error.code().message()));
  } catch (const std::system_error& error) {
    // A thread that cannot be started, a lock that cannot be taken.
    return fail(ExitStatus::kDevice,
                fmt::format("system: {}, expected threads and memory to be free; use fewer workers "
                            "or raise the limits (ulimit -a)",
                            error.code().message()));
  } catch (const std::exception& error) {
    return fail(ExitStatus::kDevice,
                fmt::format("{}: unexpected failure ({}); please report it with the command that "
                            "was run",
                            app.get_name(), first_line(error.what())));
  } catch (...) {
    return fail(ExitStatus::kDevice, app.get_name() + ": unknown failure; please report it");
  }
}

constexpr const char* kHelpGroup = "Help";

/// As the user called this program: "build/bin/", or nothing where the shell found it.
std::string& folder_of_call() {
  static std::string folder;
  return folder;
}

/// "evotoken-eval 0.1.0 (commit 1a2b3c, GNU 12.2.0, Release)"
std::string version_text(const CLI::App& app) {
  const reports::BuildInfo& build = reports::build_info();
  return fmt::format("{} {} (commit {}, {}, {})", app.get_name(), build.version, build.git_commit,
                     build.compiler, build.build_type);
}

/// Flags that every program has. They are answered by about_itself, whatever else is required.
void add_common_flags(CLI::App& app) {
  app.formatter(topic_formatter());
  app.set_help_flag("-h,--help",
                    "the flags with their defaults; --help TOPIC those of one topic, --help all");
  app.get_help_ptr()->group(kHelpGroup);
  app.set_version_flag("--version", version_text(app), "version, commit and compiler")
      ->group(kHelpGroup);
  app.add_option("--completion")
      ->description("a script that completes the flags in this shell, for its start-up file")
      ->type_name("{bash}")
      ->group(kHelpGroup);
  app.add_flag("--man")->description("the manual page, for man -l -")->group(kHelpGroup);
  for (CLI::App* command : app.get_subcommands({})) {
    command->formatter(topic_formatter());
    command->set_help_flag("-h,--help", "all flags with their defaults")->group(kHelpGroup);
  }
}

/// Help of the topic or the command `name`.
std::string help_about(const CLI::App& app, std::string_view name) {
  for (const CLI::App* command : app.get_subcommands({})) {
    if (command->get_name() == name) return help_text(*command, "", help_columns());
  }
  std::string text = help_text(app, name, help_columns());
  if (!text.empty()) return text;
  throw unknown_name("--help", name, help_topics(app));
}

/// The answer to a question about the program itself, if the command line asks one.
std::optional<std::string> about_itself(const CLI::App& app, int argc, const char* const* argv) {
  const CLI::App* asked = &app;  // or its command, once that is named
  for (int i = 1; i < argc; ++i) {
    const std::string_view flag = argv[i];
    for (const CLI::App* command : app.get_subcommands({})) {
      if (command->get_name() == flag) asked = command;
    }
    const std::string_view next = i + 1 < argc ? argv[i + 1] : "";
    if (flag == "--man") return man_page(app, version_text(app));
    if (flag == "--completion" && next == "bash") return bash_completion(app);
    if (flag == "--completion") {
      throw UsageError(
          fmt::format("--completion: \"{}\", expected bash; other shells read its script too (zsh: "
                      "bashcompinit)",
                      next));
    }
    const bool asks_help = flag == "--help" || flag == "-h";
    if (asks_help && !next.empty() && !next.starts_with('-')) {
      return help_about(*asked, next);
    }
  }
  return std::nullopt;
}

/// A stream that the caller closed would be the number of the next file that is opened: a journal
/// with messages in it. Open the wrong way round, its use is an error, but for stderr, which is a
/// help only.
void open_closed_streams() {
  const int modes[] = {O_WRONLY, O_RDONLY, O_WRONLY};
  for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; ++stream) {
    // The lowest number that is free is taken: this one.
    if (::fcntl(stream, F_GETFD) < 0) (void)::open("/dev/null", modes[stream]);
  }
}

/// LibTorch's libraries end the program with a riddle where the working folder has been removed.
void check_working_folder() {
  std::error_code error;
  (void)std::filesystem::current_path(error);
  if (!error) return;
  throw DeviceError(
      fmt::format("working folder: cannot be used ({}), expected one that is there; change to "
                  "another",
                  error.message()));
}

}  // namespace

std::string sibling_program(const std::string& name) { return folder_of_call() + name; }

int run_main(CLI::App& app, int argc, const char* const* argv, const std::function<int()>& body) {
  open_closed_streams();
  const std::string_view called = argc > 0 ? argv[0] : "";
  folder_of_call() = called.substr(0, called.rfind('/') + 1);  // nothing without a slash
  return guarded(app, [&] {
    add_common_flags(app);
    apply_flag_rules(app);
    if (const auto answer = about_itself(app, argc, argv)) {
      std::cout << *answer;
      return static_cast<int>(ExitStatus::kSuccess);
    }
    app.parse(argc, argv);
    check_working_folder();
    return body();
  });
}

}  // namespace evotoken::programs
