#include "programs/flag_rules.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>

namespace evotoken::programs {
namespace {

/// Whether all of `text` is one number of this type. As std::from_chars: no blanks, no plus.
template <typename Number>
bool is_number(const std::string& text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() &&
         std::isfinite(static_cast<double>(value));
}

/// What is wrong with `text` as a value of `option`; empty where nothing is.
std::string fault_of(const std::string& type, const std::string& text) {
  if (text.empty()) return "empty, expected a value; give one or leave the flag out";
  if (type.starts_with("INT") && !is_number<std::int64_t>(text)) {
    return fmt::format("\"{}\", expected an integer of at most 64 bits", text);
  }
  if (type.starts_with("UINT") && !is_number<std::uint64_t>(text)) {
    return fmt::format("\"{}\", expected an integer from 0 to 2^64 - 1", text);
  }
  if (type.starts_with("FLOAT") && !is_number<double>(text)) {
    return fmt::format("\"{}\", expected a finite number", text);
  }
  return "";
}

std::string fault_of_switch(const std::string& text) {
  if (text == "true" || text == "false") return "";
  return fmt::format("\"{}\", expected no value; leave it out", text);
}

void apply_to(CLI::Option& option) {
  const bool is_switch = option.get_items_expected_max() == 0;
  const std::string type = is_switch ? "" : option.get_type_name();
  const auto fault = [is_switch, type](const std::string& text) {
    return is_switch ? fault_of_switch(text) : fault_of(type, text);
  };
  // As a transformation, which goes before the flag's own checks; without a description, which the
  // help would show as a part of the type.
  option.transform(CLI::Validator(fault, ""));
  if (!is_switch && !option.get_positional() && option.get_items_expected_max() == 1) {
    option.multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  }
}

}  // namespace

void apply_flag_rules(CLI::App& app) {
  for (CLI::Option* option : app.get_options()) apply_to(*option);
  for (CLI::App* command : app.get_subcommands({})) apply_flag_rules(*command);
}

std::vector<std::string> flag_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    names.insert(names.end(), option->get_lnames().begin(), option->get_lnames().end());
  }
  return names;
}

}  // namespace evotoken::programs
