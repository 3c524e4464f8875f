#include "reports/generations_file.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "reports/python_json.h"

namespace evotoken::reports {
namespace fs = std::filesystem;

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kSuffix = "_generations.json";

/// The value at `key`, or null where the object has none.
const Json* find(const Json& object, const char* key) {
  const auto it = object.find(key);
  return it == object.end() || it->is_null() ? nullptr : &*it;
}

std::optional<std::string> read_string(const Json& object, const char* key,
                                       const std::string& where) {
  const Json* value = find(object, key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) {
    throw DataError(fmt::format("{}: field \"{}\" is a {}, expected a string; repair the file",
                                where, key, value->type_name()));
  }
  return value->get<std::string>();
}

std::optional<std::int64_t> read_integer(const Json& object, const char* key,
                                         const std::string& where) {
  const Json* value = find(object, key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number_integer()) {
    throw DataError(fmt::format("{}: field \"{}\" is {}, expected a whole number; repair the file",
                                where, key, value->dump()));
  }
  return value->get<std::int64_t>();
}

std::vector<std::string> keys_of(const Json& object) {
  std::vector<std::string> keys;
  for (auto it = object.begin(); it != object.end(); ++it) keys.push_back(it.key());
  return keys;
}

/// Fills `item` from its JSON; throws DataError with the reason alone.
void read_item(Json& value, Generation& item) {
  if (!value.is_object()) {
    throw DataError(fmt::format("is a {}, expected an object", value.type_name()));
  }
  item.question = read_string(value, "question", "item").value_or("");
  item.prompt_input = read_string(value, "prompt_input", "item");
  const auto missing = [&](const char* key) {
    return DataError(
        fmt::format("field \"{}\" missing (found: {})", key, join_names(keys_of(value))));
  };
  const auto text = read_string(value, "generations", "item");
  if (!text) throw missing("generations");
  item.generations = *text;
  if (!value.contains("ground_truth")) throw missing("ground_truth");
  item.ground_truth = std::move(value["ground_truth"]);
}

void read_items(Json& list, const std::string& where, std::vector<ItemFault>* faults,
                GenerationsFile& file) {
  file.items.resize(list.size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    try {
      read_item(list[i], file.items[i]);
    } catch (const DataError& fault) {
      if (faults == nullptr) {
        throw DataError(
            fmt::format("{}: item {}: {}; repair or fetch the file again", where, i, fault.what()));
      }
      faults->push_back({i, fault.what()});
    }
  }
}

void read_metrics(const Json& body, const std::string& where, GenerationsFile& file) {
  const Json* metrics = find(body, "metrics");
  if (metrics == nullptr) return;
  if (!metrics->is_object()) {
    throw DataError(
        fmt::format("{}: field \"metrics\" is a {}, expected an object; repair the file", where,
                    metrics->type_name()));
  }
  if (const Json* wall_time = find(*metrics, "wall_time"); wall_time && wall_time->is_number()) {
    file.wall_time_s = wall_time->get<double>();
  }
  file.total_processed = read_integer(*metrics, "total_processed", where + ": metrics");
}

std::optional<std::int64_t> to_integer(std::string_view digits) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool only_digits = digits.find_first_not_of("0123456789") == std::string_view::npos;
  if (digits.empty() || !only_digits || error != std::errc{}) return std::nullopt;
  return value;
}

/// Takes "_{digits}" off the end of `name`; nothing where it does not end so or nothing is left.
std::optional<std::int64_t> take_trailing_integer(std::string_view& name) {
  const std::size_t underscore = name.rfind('_');
  if (underscore == std::string_view::npos || underscore == 0) return std::nullopt;
  const auto value = to_integer(name.substr(underscore + 1));
  if (value) name = name.substr(0, underscore);
  return value;
}

}  // namespace

GenerationsFile parse_generations(std::string_view text, const std::string& where,
                                  std::vector<ItemFault>* faults) {
  Json body = parse_python_json(text, where);
  if (!body.is_object()) {
    throw DataError(
        fmt::format("{}: is a {}, expected an object with \"generations\"; check that "
                    "this is a generations file",
                    where, body.type_name()));
  }
  const auto list = body.find("generations");
  if (list == body.end() || !list->is_array()) {
    throw DataError(fmt::format(
        "{}: field \"generations\" {} (found: {}), expected a list; check "
        "that this is a generations file",
        where, list == body.end() ? "missing" : "is not a list", join_names(keys_of(body))));
  }
  GenerationsFile file;
  read_items(*list, where, faults, file);
  read_metrics(body, where, file);
  file.model_path = read_string(body, "model_path", where);
  file.checkpoint_path = read_string(body, "checkpoint_path", where);
  file.gen_length = read_integer(body, "gen_length", where);
  file.diffusion_steps = read_integer(body, "diffusion_steps", where);
  file.block_length = read_integer(body, "block_length", where);
  return file;
}

GenerationsFile read_generations(const fs::path& path, std::vector<ItemFault>* faults) {
  return parse_generations(read_file(path), path.string(), faults);
}

void write_generations(const fs::path& path, const GenerationsFile& file) {
  Json body = Json::object();
  Json& list = body["generations"] = Json::array();
  for (const Generation& item : file.items) {
    Json entry = {{"question", item.question}};
    if (item.prompt_input) entry["prompt_input"] = *item.prompt_input;
    entry["generations"] = item.generations;
    entry["ground_truth"] = item.ground_truth;
    list.push_back(std::move(entry));
  }
  if (file.wall_time_s) body["metrics"]["wall_time"] = *file.wall_time_s;
  if (file.total_processed) body["metrics"]["total_processed"] = *file.total_processed;
  if (file.model_path) body["model_path"] = *file.model_path;
  if (file.checkpoint_path) body["checkpoint_path"] = *file.checkpoint_path;
  if (file.gen_length) body["gen_length"] = *file.gen_length;
  if (file.diffusion_steps) body["diffusion_steps"] = *file.diffusion_steps;
  if (file.block_length) body["block_length"] = *file.block_length;
  write_file_atomically(path, dump_python_json(body));
}

std::string task_of_name(std::string_view name) {
  constexpr std::pair<std::string_view, std::string_view> kTasks[] = {
      {"gsm", "gsm8k"}, {"svamp", "svamp"}, {"math", "math500"}, {"countdown", "countdown"}};
  for (const auto& [part, task] : kTasks) {
    if (name.find(part) != std::string_view::npos) return std::string(task);
  }
  return "";
}

std::optional<GenerationsName> parse_generations_name(const std::string& filename) {
  if (!filename.ends_with(kSuffix) || filename.size() == kSuffix.size()) return std::nullopt;
  std::string_view rest = std::string_view(filename).substr(0, filename.size() - kSuffix.size());
  GenerationsName name;
  name.rank = take_trailing_integer(rest);
  name.setup = rest;
  name.task = task_of_name(rest);
  const auto last = take_trailing_integer(rest);
  const auto before_last = last ? take_trailing_integer(rest) : std::nullopt;
  name.subject = before_last ? std::string(rest) : name.setup;
  if (before_last) {
    name.gen_length = before_last;
    name.steps = last;
  }
  return name;
}

std::string generations_filename(const std::string& setup, std::int64_t rank) {
  return fmt::format("{}_{}{}", setup, rank, kSuffix);
}

}  // namespace evotoken::reports
