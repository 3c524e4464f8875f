#include "reports/comparison/baseline_file.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "base/json_of.h"
#include "reports/build_info.h"

namespace evotoken::reports {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kVersion = 1;

/// The cell without its items.
Json cell_head(const OutcomeCell& cell) {
  return {{"directory", cell.directory},
          {"setup", cell.setup},
          {"task", cell.task},
          {"gen_length", json_of(cell.gen_length)},
          {"steps", json_of(cell.steps)}};
}

Json item_json(const ItemOutcome& item) {
  Json json = {item.key, item.prompt, json_of(item.reference), json_of(item.verified)};
  if (!item.text.empty()) json.push_back(item.text);  // files of earlier versions have none
  return json;
}

template <typename Value>
std::optional<Value> optional_of(const Json& value) {
  if (value.is_null()) return std::nullopt;
  return value.get<Value>();
}

OutcomeCell parse_cell(const Json& value) {
  OutcomeCell cell;
  cell.directory = value.at("directory").get<std::string>();
  cell.setup = value.at("setup").get<std::string>();
  cell.task = value.at("task").get<std::string>();
  cell.gen_length = optional_of<std::int64_t>(value.at("gen_length"));
  cell.steps = optional_of<std::int64_t>(value.at("steps"));
  for (const Json& item : value.at("items")) {
    cell.items.push_back({item.at(0).get<std::string>(), item.at(1).get<std::string>(), "",
                          optional_of<bool>(item.at(2)), optional_of<bool>(item.at(3)),
                          item.size() > 4 ? item.at(4).get<std::string>() : ""});
  }
  return cell;
}

}  // namespace

bool is_baseline(const Json& value) {
  return value.is_object() && value.value("format", Json()) == kBaselineFormat;
}

Json baseline_json(const RunOutcomes& run) {
  const BuildInfo& build = build_info();
  Json cells = Json::array();
  for (const OutcomeCell& cell : run.cells) {
    Json json = cell_head(cell);
    json["items"] = Json::array();
    for (const ItemOutcome& item : cell.items) json["items"].push_back(item_json(item));
    cells.push_back(std::move(json));
  }
  return {{"format", kBaselineFormat},
          {"version", kVersion},
          {"written_by", fmt::format("evotoken-compare {} ({})", build.version, build.git_commit)},
          {"run", run.label},
          {"cells", std::move(cells)}};
}

void write_baseline(const std::filesystem::path& path, const RunOutcomes& run) {
  Json head = baseline_json(run);
  head.erase("cells");
  std::string text = dumped_json(head);
  text.back() = ',';  // the closing brace stands at the end
  text += "\n\"cells\":[";
  const char* next_cell = "\n";
  for (const OutcomeCell& cell : run.cells) {
    std::string cell_text = dumped_json(cell_head(cell));
    cell_text.back() = ',';
    text += fmt::format("{}{}\n \"items\":[", next_cell, cell_text);
    next_cell = ",\n";
    const char* next_item = "\n  ";
    for (const ItemOutcome& item : cell.items) {
      text += fmt::format("{}{}", next_item, dumped_json(item_json(item)));
      next_item = ",\n  ";
    }
    text += "]}";
  }
  text += "]}\n";
  write_file_atomically(path, text);
}

RunOutcomes parse_baseline(const Json& value, const std::string& where) {
  if (!is_baseline(value) || value.value("version", Json()) != kVersion) {
    throw DataError(fmt::format(
        "{}: is no baseline of version {}, expected what evotoken-compare --write_baseline "
        "writes; write it again",
        where, kVersion));
  }
  RunOutcomes run;
  try {
    run.label = where;
    for (const Json& cell : value.at("cells")) run.cells.push_back(parse_cell(cell));
  } catch (const nlohmann::json::exception& fault) {
    throw DataError(fmt::format(
        "{}: is damaged ({}), expected what evotoken-compare --write_baseline writes; write it "
        "again",
        where, fault.what()));
  }
  return run;
}

}  // namespace evotoken::reports
