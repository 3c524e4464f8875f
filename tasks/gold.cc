#include "tasks/gold.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdint>

#include "base/error.h"

namespace evotoken::tasks {
namespace {

template <typename Number>
Number parse_whole(std::string_view text, std::string_view what, std::string_view expected) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw DataError(fmt::format("{}: the gold is \"{}\", expected {}; fetch the data again", what,
                                text, expected));
  }
  return number;
}

}  // namespace

nlohmann::ordered_json float_gold(std::string_view text, std::string_view what) {
  const auto value = parse_whole<double>(text, what, "a number");
  if (!std::isfinite(value)) {
    throw DataError(fmt::format(
        "{}: the gold is \"{}\", expected a finite number; fetch the data again", what, text));
  }
  return value;
}

nlohmann::ordered_json integer_gold(std::string_view text, std::string_view what) {
  return parse_whole<std::int64_t>(text, what, "a whole number");
}

}  // namespace evotoken::tasks
