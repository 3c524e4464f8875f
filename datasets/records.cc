#include "datasets/records.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "base/error.h"
#include "base/files.h"

namespace evotoken::datasets {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kBlank = " \t\r\n\v\f";

bool is_blank(std::string_view text) {
  return text.find_first_not_of(kBlank) == std::string_view::npos;
}

void visit_array(const Source& source, std::string_view text, std::string_view expected_fields,
                 const std::function<void(const Record&)>& visit) {
  Json rows = parse_json(text, source.name);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    visit(Record(fmt::format("{}[{}]", source.name, i), std::move(rows[i]), expected_fields));
  }
}

void visit_lines(const Source& source, std::string_view text, std::string_view expected_fields,
                 const std::function<void(const Record&)>& visit) {
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (is_blank(line)) continue;
    const std::string where = fmt::format("{}:{}", source.name, number);
    visit(Record(where, parse_json(line, where), expected_fields));
  }
}

}  // namespace

Source read_source(const std::filesystem::path& path) { return {path.string(), read_file(path)}; }

std::string describe(const Json& value) {
  switch (value.type()) {
    case Json::value_t::null:
      return "null";
    case Json::value_t::boolean:
      return value.get<bool>() ? "true" : "false";
    case Json::value_t::string:
      return "a string";
    case Json::value_t::array:
      return "a list";
    case Json::value_t::object:
      return "an object";
    default:
      return fmt::format("the number {}", value.dump());
  }
}

Record::Record(std::string where, Json value, std::string_view expected_fields)
    : where_(std::move(where)), value_(std::move(value)), expected_fields_(expected_fields) {
  if (!value_.is_object()) {
    throw DataError(
        fmt::format("{}: is {}, expected an object with {}; repair or fetch the file again", where_,
                    describe(value_), expected_fields_));
  }
}

const Json* Record::find(std::string_view field) const {
  const auto found = value_.find(std::string(field));
  return found == value_.end() || found->is_null() ? nullptr : &*found;
}

const Json& Record::value(std::string_view field) const {
  const auto found = value_.find(std::string(field));
  if (found != value_.end()) return *found;
  std::vector<std::string> names;
  for (const auto& item : value_.items()) names.push_back(item.key());
  throw DataError(fmt::format(
      "{}: field \"{}\" missing (found: {}), expected {}; repair or fetch the file again", where_,
      field, names.empty() ? "no field" : join_names(names), expected_fields_));
}

std::string Record::text(std::string_view field) const {
  const Json& found = value(field);
  if (!found.is_string()) fail(field, describe(found), "a string");
  auto text = found.get<std::string>();
  if (is_blank(text)) fail(field, "blank", "a string with text");
  return text;
}

std::string Record::optional_text(std::string_view field) const {
  const Json* found = find(field);
  if (found == nullptr) return {};
  if (!found->is_string()) fail(field, describe(*found), "a string");
  return found->get<std::string>();
}

void Record::fail(std::string_view field, std::string_view found, std::string_view expected) const {
  throw DataError(fmt::format("{}: field \"{}\" is {}, expected {}; repair or fetch the file again",
                              where_, field, found, expected));
}

void for_each_record(const Source& source, std::string_view expected_fields,
                     const std::function<void(const Record&)>& visit) {
  std::string_view text = source.content;
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::size_t count = 0;
  const auto count_and_visit = [&](const Record& record) {
    ++count;
    visit(record);
  };
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first != std::string_view::npos) {
    const auto visit_rows = text[first] == '[' ? visit_array : visit_lines;
    visit_rows(source, text, expected_fields, count_and_visit);
  }
  if (count == 0) {
    throw DataError(
        fmt::format("{}: holds no items, expected objects with {}; repair or fetch the file again",
                    source.name, expected_fields));
  }
}

}  // namespace evotoken::datasets
