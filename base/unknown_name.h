// The one message for a name that nobody knows.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace evotoken {

/// `where: "name" is unknown, expected one of known; change it`, to be thrown. `where` says what
/// was given the name, e.g. "--decoder"; `known` is a range of texts.
template <typename Range>
UsageError unknown_name(std::string_view where, std::string_view name, const Range& known) {
  return UsageError(std::string(where) + ": \"" + std::string(name) +
                    "\" is unknown, expected one of " + join_names(known) + "; change it");
}

}  // namespace evotoken
