// The one message for a ground truth that is not of its task's form.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

namespace evotoken::scorers::reference {

/// Throws DataError "<task> ground_truth: found <gold>, expected <expected>". `expected` also says
/// what to write instead. A long gold is shortened.
[[noreturn]] void throw_bad_gold(std::string_view task, const nlohmann::ordered_json& gold,
                                 std::string_view expected);

}  // namespace evotoken::scorers::reference
