// Enumerations whose values users choose by name.
#pragma once

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/unknown_name.h"

namespace evotoken {

template <typename E>
struct Choice {
  E value;
  const char* name;
};

/// All values of E with their names, as an array of Choice<E>; specialised beside E.
template <typename E>
inline constexpr std::nullptr_t kChoices = nullptr;

template <typename E>
concept Chosen = std::is_enum_v<E> && !std::same_as<decltype(kChoices<E>), const std::nullptr_t>;

template <Chosen E>
std::string choice_name(E value) {
  for (const Choice<E>& choice : kChoices<E>) {
    if (choice.value == value) return choice.name;
  }
  return "";  // no value of E
}

/// In the order of kChoices.
template <Chosen E>
std::vector<std::string> choice_names() {
  std::vector<std::string> names;
  for (const Choice<E>& choice : kChoices<E>) names.emplace_back(choice.name);
  return names;
}

/// The value called `name`. Throws UsageError that says where the name was given ("--cache") and
/// which there are.
template <Chosen E>
E parse_choice(std::string_view where, std::string_view name) {
  for (const Choice<E>& choice : kChoices<E>) {
    if (choice.name == name) return choice.value;
  }
  throw unknown_name(where, name, choice_names<E>());
}

}  // namespace evotoken
