// A number with what it counts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace evotoken {

/// "1 cell", "3 cells", "2 forward passes".
inline std::string counted(std::int64_t count, std::string_view singular) {
  std::string text = std::to_string(count) + " " + std::string(singular);
  if (count != 1) text += singular.ends_with('s') ? "es" : "s";
  return text;
}

}  // namespace evotoken
