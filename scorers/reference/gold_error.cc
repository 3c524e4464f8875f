#include "scorers/reference/gold_error.h"

#include <fmt/format.h>

#include <cstddef>
#include <string>

#include "base/error.h"

namespace evotoken::scorers::reference {

void throw_bad_gold(std::string_view task, const nlohmann::ordered_json& gold,
                    std::string_view expected) {
  constexpr std::size_t kMaxShown = 200;
  // ASCII only, so that cutting cannot split a character; bytes that are not UTF-8 are replaced.
  std::string found = gold.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace);
  if (found.size() > kMaxShown) found.replace(kMaxShown, found.size(), "...");
  throw DataError(fmt::format("{} ground_truth: found {}, expected {}", task, found, expected));
}

}  // namespace evotoken::scorers::reference
