// Lines for people on stderr, beside the work.
#pragma once

#include <fmt/format.h>

#include <cstdio>
#include <string>
#include <utility>

namespace evotoken {

/// Prints to stderr as fmt::print would, but never throws: a log that is full or closed must not
/// end the run that writes it.
template <typename... Args>
void note(fmt::format_string<Args...> format, Args&&... args) {
  const std::string text = fmt::format(format, std::forward<Args>(args)...);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace evotoken
