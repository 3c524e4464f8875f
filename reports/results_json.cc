#include "reports/results_json.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <fstream>
#include <set>
#include <thread>

#include "base/error.h"
#include "base/files.h"
#include "base/json_of.h"
#include "reports/accuracy_report.h"
#include "reports/build_info.h"

namespace evotoken::reports {
namespace {

using Json = nlohmann::ordered_json;

Json time_json(const std::optional<std::chrono::system_clock::time_point>& time) {
  return time ? Json(iso8601_utc(*time)) : Json(nullptr);
}

Json hashes_json(const std::map<std::string, std::string>& hashes) {
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
           {{"model", hashes_json(run.model_hashes)},
            {"prompts", hashes_json(run.prompt_hashes)},
            {"data", hashes_json(run.data_hashes)}}},
          {"device", json_of(run.device)},
          {"dtype", json_of(run.dtype)},
          {"host_cpu", json_of(run.host_cpu)},
          {"workers", json_of(run.workers)},
          {"load_s", json_of(run.load_s)},
          {"warm_up_s", json_of(run.warm_up_s)},
          {"decode_wall_s", json_of(run.decode_wall_s)},
          {"energy_j", json_of(run.energy_j)},
          {"peak_memory_bytes", json_of(run.peak_memory_bytes)},
          {"peak_device_memory_bytes", json_of(run.peak_device_memory_bytes)},
          {"started_at", time_json(run.started_at)},
          {"finished_at", time_json(run.finished_at)}};
}

/// The runs that a results.json tells of, oldest first: its "earlier" ones, then its own.
std::vector<Json> runs_of(const Json& results) {
  std::vector<Json> runs;
  const auto add = [&](const Json& run) {
    if (!run.is_object() || !run.contains("cells") || !run["cells"].is_array()) return;
    runs.push_back({{"provenance", run.value("provenance", Json())}, {"cells", run["cells"]}});
  };
  if (!results.is_object()) return runs;
  if (results.contains("earlier") && results["earlier"].is_array()) {
    for (const Json& run : results["earlier"]) add(run);
  }
  add(results);
  return runs;
}

/// The runs of an existing results.json without the setups that are written again; a file that
/// cannot be read holds none.
Json earlier_runs(const std::filesystem::path& path, const std::set<std::string>& written) {
  Json earlier = Json::array();
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return earlier;
  try {
    for (const Json& run : runs_of(read_json_file(path))) {
      Json kept = Json::array();
      for (const Json& cell : run["cells"]) {
        if (cell.is_object() && !written.contains(cell.value("setup", ""))) kept.push_back(cell);
      }
      if (!kept.empty()) earlier.push_back({{"provenance", run["provenance"]}, {"cells", kept}});
    }
  } catch (const Error&) {
    return Json::array();
  }
  return earlier;
}

}  // namespace

Json results_json(const RunProvenance& provenance, const std::vector<AccuracyCell>& cells) {
  Json list = Json::array();
  for (const AccuracyCell& cell : cells) {
    list.push_back(cell_json(cell));
    Json& json = list.back();
    json["load_s"] = json_of(provenance.load_s);
    json["warm_up_s"] = json_of(provenance.warm_up_s);
    json["peak_memory_bytes"] = json_of(provenance.peak_memory_bytes);
    json["peak_device_memory_bytes"] = json_of(provenance.peak_device_memory_bytes);
  }
  return {{"provenance", provenance_json(provenance)}, {"cells", std::move(list)}};
}

void write_results(const std::filesystem::path& path, const RunProvenance& provenance,
                   const std::vector<AccuracyCell>& cells) {
  Json results = results_json(provenance, cells);
  std::set<std::string> written;
  for (const AccuracyCell& cell : cells) written.insert(cell.setup);
  Json earlier = earlier_runs(path, written);
  if (!earlier.empty()) results["earlier"] = std::move(earlier);
  write_file_atomically(path, dumped_json(results, 2) + "\n");
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
  for (const Json& run : runs_of(results)) {
    for (const Json& cell : run["cells"]) {
      if (!cell.is_object()) continue;
      const auto setup = cell.find("setup");
      const auto items = cell.find("expected_items");
      if (setup == cell.end() || !setup->is_string()) continue;
      if (items == cell.end() || !items->is_number_integer()) continue;
      expected[setup->get<std::string>()] = items->get<std::int64_t>();
    }
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
