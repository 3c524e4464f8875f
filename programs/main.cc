#include "programs/main.h"

#include <fmt/format.h>

#include <exception>
#include <iostream>
#include <new>
#include <string>

#include "base/error.h"

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

}  // namespace

int run_main(CLI::App& app, int argc, const char* const* argv, const std::function<int()>& body) {
  return guarded(app, [&] {
    app.parse(argc, argv);
    return body();
  });
}

}  // namespace evotoken::programs
