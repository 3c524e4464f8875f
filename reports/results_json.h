// `results.json`: the cells of a run with all that is needed to repeat it.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "reports/accuracy_table.h"

namespace evotoken::reports {

inline constexpr const char* kResultsFilename = "results.json";

/// How a run was made. Version, commit and compiler are added by write_results (build_info.h).
struct RunProvenance {
  std::string program;                    ///< e.g. "evotoken-eval"
  std::vector<std::string> command_line;  ///< as given, the program's name first
  nlohmann::ordered_json flags = nlohmann::ordered_json::object();  ///< all settings, defaults too
  std::vector<std::uint64_t> seeds;
  /// Content hashes by name: {"model.safetensors": …}, {"gsm8k": …}, {"gsm8k/test.jsonl": …}.
  std::map<std::string, std::string> model_hashes;
  std::map<std::string, std::string> prompt_hashes;
  std::map<std::string, std::string> data_hashes;
  std::optional<std::string> libtorch_version;  ///< passed in: reports see no Torch
  std::optional<std::string> device;            ///< e.g. "cpu", "cuda:0 NVIDIA H100"
  std::optional<std::string> dtype;             ///< e.g. "bfloat16"
  std::optional<std::string> host_cpu;          ///< see host_cpu_name()
  std::optional<double> load_s;                 ///< of the model, shared by all cells
  std::optional<double> warm_up_s;              ///< first passes, in no other figure
  std::optional<std::int64_t> workers;          ///< of this process, decoding side by side
  std::optional<double> decode_wall_s;          ///< of this run, from its first to its last sample
  std::optional<double> energy_j;               ///< of the device in that time
  std::optional<std::int64_t> peak_memory_bytes;         ///< of the process so far
  std::optional<std::int64_t> peak_device_memory_bytes;  ///< of a GPU's allocator so far
  std::optional<std::chrono::system_clock::time_point> started_at;
  std::optional<std::chrono::system_clock::time_point> finished_at;
};

/// {"provenance": {…}, "cells": […]}, the cells with all fields of the summary; what is unknown is
/// null, times are ISO 8601 UTC.
nlohmann::ordered_json results_json(const RunProvenance& provenance,
                                    const std::vector<AccuracyCell>& cells);

/// Writes results_json atomically. Cells of other setups in a results.json that is there already
/// move, with their provenance, to "earlier": [{"provenance", "cells"}], so that tasks evaluated
/// one after the other into one folder lose nothing. Set `expected_items` in the cells: the audit
/// measures the files beside it by that. Throws DeviceError when the file cannot be written.
void write_results(const std::filesystem::path& path, const RunProvenance& provenance,
                   const std::vector<AccuracyCell>& cells);

/// `expected_items` by setup name from a results.json, earlier cells included. Throws DataError
/// when it is not one.
std::map<std::string, std::int64_t> read_expected_items(const std::filesystem::path& path);

/// "2025-01-31T13:45:07Z".
std::string iso8601_utc(std::chrono::system_clock::time_point time);

/// The processor's name and its threads as the system tells them, nothing where it does not.
std::optional<std::string> host_cpu_name();

}  // namespace evotoken::reports
