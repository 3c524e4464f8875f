// What somebody meant who mistyped a name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace evotoken {

/// The one of `known` that `given` seems to stand for: one that begins with it or contains it, else
/// the nearest one within two edits (a letter too many, missing, wrong, or two swapped), where '-'
/// is as good as '_'. Empty where none is near.
std::string similar_name(std::string_view given, const std::vector<std::string>& known);

}  // namespace evotoken
