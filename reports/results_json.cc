#include "reports/results_json.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <fstream>
#include <thread>

#include "base/error.h"
#include "base/files.h"
#include "reports/accuracy_report.h"
#include "reports/build_info.h"

namespace evotoken::reports {
namespace {

using Json = nlohmann::ordered_json;

template <typename Value>
Json json_of(const std::optional<Value>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json json_of(const std::optional<std::chrono::system_clock::time_point>& time) {
  return time ? Json(iso8601_utc(*time)) : Json(nullptr);
}

Json json_of(const std::map<std::string, std::string>& hashes) {
  Json object = Json::object();
  for (const auto& [name, hash] : hashes) object[name] = hash;
  return object;
}

Json provenance_json(const RunProvenance& run) {
  const BuildInfo& build = build_info();
  return {{"program", run.program},
          {"version", build.version},
          {"git_commit", build.git_commit},
          {"compiler", build.compiler},
          {"build_type", build.build_type},
          {"libtorch_version", json_of(run.libtorch_version)},
          {"command_line", run.command_line},
          {"flags", run.flags},
          {"seeds", run.seeds},
          {"hashes",
           {{"model", json_of(run.model_hashes)},
            {"prompts", json_of(run.prompt_hashes)},
            {"data", json_of(run.data_hashes)}}},
          {"device", json_of(run.device)},
          {"dtype", json_of(run.dtype)},
          {"host_cpu", json_of(run.host_cpu)},
          {"started_at", json_of(run.started_at)},
          {"finished_at", json_of(run.finished_at)}};
}

}  // namespace

Json results_json(const RunProvenance& provenance, const std::vector<AccuracyCell>& cells) {
  Json list = Json::array();
  for (const AccuracyCell& cell : cells) list.push_back(cell_json(cell));
  return {{"provenance", provenance_json(provenance)}, {"cells", std::move(list)}};
}

void write_results(const std::filesystem::path& path, const RunProvenance& provenance,
                   const std::vector<AccuracyCell>& cells) {
  const Json results = results_json(provenance, cells);
  // A command line may hold any bytes; they must not cost the results.
  write_file_atomically(path, results.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

std::map<std::string, std::int64_t> read_expected_items(const std::filesystem::path& path) {
  const Json results = read_json_file(path);
  if (!results.is_object() || !results.contains("cells") || !results["cells"].is_array()) {
    throw DataError(
        fmt::format("{}: has no list \"cells\", expected evotoken-eval's results; "
                    "run again or remove it",
                    path.string()));
  }
  std::map<std::string, std::int64_t> expected;
  for (const Json& cell : results["cells"]) {
    if (!cell.is_object()) continue;
    const auto setup = cell.find("setup");
    const auto items = cell.find("expected_items");
    if (setup == cell.end() || !setup->is_string()) continue;
    if (items == cell.end() || !items->is_number_integer()) continue;
    expected[setup->get<std::string>()] = items->get<std::int64_t>();
  }
  return expected;
}

std::string iso8601_utc(std::chrono::system_clock::time_point time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

std::optional<std::string> host_cpu_name() {
  std::ifstream cpuinfo("/proc/cpuinfo");
  for (std::string line; std::getline(cpuinfo, line);) {
    const std::size_t colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) {
      return fmt::format("{}, {} threads", line.substr(colon + 2),
                         std::thread::hardware_concurrency());
    }
  }
  return std::nullopt;
}

}  // namespace evotoken::reports
