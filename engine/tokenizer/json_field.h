// Reading a JSON file field by field with errors that name the field.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace evotoken::tokenizer {

/// A value inside of a JSON file that knows where it stands. Refers to the document and the file's
/// name, which must outlive it.
class JsonField {
 public:
  explicit JsonField(const nlohmann::json& document, const std::string& file)
      : JsonField(document, file, "") {}

  // Throw WeightsError as fail() does where the value is of another kind.

  /// A member that must be there.
  JsonField at(std::string_view name) const;
  /// A member that may be missing or null.
  std::optional<JsonField> find(std::string_view name) const;
  /// The elements of an array.
  std::vector<JsonField> elements() const;

  std::string string() const;
  bool boolean() const;
  /// The member `name`, or `fallback` where it is missing or null.
  bool boolean_or(std::string_view name, bool fallback) const;
  std::int64_t integer() const;
  const nlohmann::json& value() const { return *value_; }
  const std::string& path() const { return path_; }

  /// Throws WeightsError: file, field, the value found and what was expected.
  [[noreturn]] void fail(std::string_view expected) const;

 private:
  JsonField(const nlohmann::json& value, const std::string& file, std::string path)
      : value_(&value), file_(&file), path_(std::move(path)) {}
  std::string member_path(std::string_view name) const;
  void require_object() const;

  const nlohmann::json* value_;
  const std::string* file_;
  std::string path_;
};

}  // namespace evotoken::tokenizer
