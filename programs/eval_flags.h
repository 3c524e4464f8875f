// The flags of evotoken-eval (spec: interfaces.md).
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "programs/decoding_flags.h"
#include "programs/model_flags.h"

namespace evotoken::programs {

struct EvalFlags {
  std::string config;
  std::string tasks = "all";
  ModelFlags model;
  DecodingFlags decoding{{}, {{"decoder", "evotoken,hard_mask"}}};
  std::string data_dir;
  std::int64_t few_shot = 0;
  std::int64_t limit = 0;         ///< 0: all
  std::string samples;            ///< "" all, else indices and ranges: "0,5,10-19"
  std::string order = "longest";  ///< in which samples are decoded: file, longest, shuffled
  std::int64_t batch_size = 1;
  bool packed_batch = false;
  std::int64_t workers = 0;  ///< 0: one per core on a CPU, one on a GPU
  std::int64_t threads_per_worker = 1;
  std::int64_t lease_s = 30;  ///< a process silent for so long counts as dead
  std::string output_dir = "outputs/eval_results";
  bool write_out = false;
  bool dry_run = false;
  std::string json;     ///< "" none, "-" stdout, else a file
  std::string events;   ///< as json
  std::string profile;  ///< "" none, else a file
};

/// Adds every flag; `flags` must outlive the parsing.
void add_eval_flags(CLI::App& app, EvalFlags& flags);

/// The flags of a JSON file {"flag": value or list, …} as command-line arguments, to stand before
/// the user's own. true is a bare flag, false and null are left out. Throws DataError for anything
/// that is no object of such values, UsageError for a key that is no flag of `app`.
std::vector<std::string> config_arguments(const CLI::App& app, const std::string& path);

}  // namespace evotoken::programs
