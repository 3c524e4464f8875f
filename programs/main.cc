#include "programs/main.h"

#include <fmt/format.h>

#include <exception>
#include <iostream>
#include <new>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "programs/cli_help.h"
#include "programs/cli_manual.h"
#include "reports/build_info.h"

namespace evotoken::programs {
namespace {

int fail(ExitStatus status, const std::string& message) {
  std::cout.flush();  // what was printed before the error stands before it
  std::cerr << "error: " << message << std::endl;
  return static_cast<int>(status);
}

/// CLI11's message on one line, in our form.
std::string usage_message(const CLI::App& app, const CLI::ParseError& error) {
  std::string reason = error.what();
  for (char& c : reason) {
    if (c == '\n') c = ' ';
  }
  return fmt::format("command line: {}; see {} --help", reason, app.get_name());
}

/// LibTorch's messages carry a stack trace from the second line on.
std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

int guarded(const CLI::App& app, const std::function<int()>& body) {
  try {
    const int status = body();
    std::cout.flush();
    if (std::cout.good()) return status;
    return fail(ExitStatus::kDevice,
                "stdout: cannot be written, expected an open pipe or a file with room; make room "
                "or choose another file");
  } catch (const Error& error) {
    return fail(error.status(), error.what());
  } catch (const CLI::Success& help_or_version) {
    return app.exit(help_or_version);  // prints what was asked for
  } catch (const CLI::ParseError& error) {
    return fail(ExitStatus::kUsage, usage_message(app, error));
  } catch (const std::bad_alloc&) {
    return fail(ExitStatus::kDevice,
                "memory: not enough, expected more to be free; use a smaller batch or a shorter "
                "text");
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

/// The answer to a question about the program itself, if the command line asks one.
std::optional<std::string> about_itself(const CLI::App& app, int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view flag = argv[i];
    const std::string_view next = i + 1 < argc ? argv[i + 1] : "";
    if (flag == "--man") return man_page(app, version_text(app));
    if (flag == "--completion" && next == "bash") return bash_completion(app);
    if (flag == "--completion") {
      throw UsageError(
          fmt::format("--completion: \"{}\", expected bash; other shells read its script too (zsh: "
                      "bashcompinit)",
                      next));
    }
    if (flag == "--help" && !next.empty() && !next.starts_with('-')) {
      std::string text = help_text(app, next, help_columns());
      if (!text.empty()) return text;
    }
  }
  return std::nullopt;
}

}  // namespace

int run_main(CLI::App& app, int argc, const char* const* argv, const std::function<int()>& body) {
  return guarded(app, [&] {
    add_common_flags(app);
    if (const auto answer = about_itself(app, argc, argv)) {
      std::cout << *answer;
      return static_cast<int>(ExitStatus::kSuccess);
    }
    app.parse(argc, argv);
    return body();
  });
}

}  // namespace evotoken::programs
