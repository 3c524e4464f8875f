#include "engine/tokenizer/json_field.h"

#include <fmt/format.h>

#include "base/error.h"
#include "engine/tokenizer/utf8.h"

namespace evotoken::tokenizer {
namespace {

constexpr std::size_t kShown = 80;
constexpr std::string_view kRemedy = "use a model whose tokenizer is a byte-level BPE";

std::string shown(const nlohmann::json& value) {
  std::string text = value.dump();
  if (text.size() <= kShown) return text;
  return to_valid_utf8(std::string_view(text).substr(0, kShown)) + "…";
}

}  // namespace

std::string JsonField::member_path(std::string_view name) const {
  return path_.empty() ? std::string(name) : fmt::format("{}.{}", path_, name);
}

void JsonField::require_object() const {
  if (!value_->is_object()) fail("an object");
}

JsonField JsonField::at(std::string_view name) const {
  require_object();
  const auto member = value_->find(std::string(name));
  if (member == value_->end()) {
    std::vector<std::string> names;
    for (const auto& item : value_->items()) names.push_back(item.key());
    throw WeightsError(fmt::format("{}: field \"{}\" missing (found: {}); fetch the file again",
                                   *file_, member_path(name), join_names(names)));
  }
  return {*member, *file_, member_path(name)};
}

std::optional<JsonField> JsonField::find(std::string_view name) const {
  require_object();
  const auto member = value_->find(std::string(name));
  if (member == value_->end() || member->is_null()) return std::nullopt;
  return JsonField{*member, *file_, member_path(name)};
}

std::vector<JsonField> JsonField::elements() const {
  if (!value_->is_array()) fail("an array");
  std::vector<JsonField> fields;
  fields.reserve(value_->size());
  for (std::size_t i = 0; i < value_->size(); ++i) {
    fields.push_back({(*value_)[i], *file_, fmt::format("{}[{}]", path_, i)});
  }
  return fields;
}

std::string JsonField::string() const {
  if (!value_->is_string()) fail("a string");
  return value_->get<std::string>();
}

bool JsonField::boolean() const {
  if (!value_->is_boolean()) fail("true or false");
  return value_->get<bool>();
}

bool JsonField::boolean_or(std::string_view name, bool fallback) const {
  const auto member = find(name);
  return member ? member->boolean() : fallback;
}

std::int64_t JsonField::integer() const {
  if (!value_->is_number_integer()) fail("an integer");
  return value_->get<std::int64_t>();
}

void JsonField::fail(std::string_view expected) const {
  throw WeightsError(fmt::format("{}: field \"{}\" is {}, expected {}; {}", *file_, path_,
                                 shown(*value_), expected, kRemedy));
}

}  // namespace evotoken::tokenizer
