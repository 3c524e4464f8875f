// Golds as the published code writes them into `_generations.json`.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

namespace evotoken::tasks {

/// `text`, a decimal number, as a float (18 → 18.0, which is also how Python's json writes it).
/// Throws DataError when it is no finite number; `what` opens the message.
nlohmann::ordered_json float_gold(std::string_view text, std::string_view what);

/// `text` as a whole number. Throws as float_gold.
nlohmann::ordered_json integer_gold(std::string_view text, std::string_view what);

}  // namespace evotoken::tasks
