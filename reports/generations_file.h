// The published `{task}_{gen_length}_{steps}_{rank}_generations.json`, read and written.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evotoken::reports {

/// One item of the published body.
struct Generation {
  std::string question;
  std::optional<std::string> prompt_input;  ///< absent in files of other tools
  std::string generations;                  ///< the generated text, special tokens kept
  nlohmann::ordered_json ground_truth;      ///< as the published code writes it, or null
};

/// The published file. Fields that a file lacks are empty, never zero.
struct GenerationsFile {
  std::vector<Generation> items;
  /// metrics.wall_time. The published evaluation writes the *mean seconds per batch* of this
  /// worker, without the batch size: neither the run's wall time nor a throughput follows from it.
  std::optional<double> wall_time_s;
  std::optional<std::int64_t> total_processed;  ///< metrics.total_processed: items of this worker
  std::optional<std::string> model_path;
  std::optional<std::string> checkpoint_path;
  std::optional<std::int64_t> gen_length;
  std::optional<std::int64_t> diffusion_steps;
  std::optional<std::int64_t> block_length;
};

/// An item that is not of the published form; it stands in GenerationsFile::items with the fields
/// that could be read.
struct ItemFault {
  std::size_t index = 0;
  std::string reason;
};

/// Throws DataError with path and, where one item is at fault, its index. With `faults`, items at
/// fault are listed there instead and only a fault of the file as a whole throws.
GenerationsFile read_generations(const std::filesystem::path& path,
                                 std::vector<ItemFault>* faults = nullptr);

/// The body from its text; `where` (e.g. the path) opens the message of an error.
GenerationsFile parse_generations(std::string_view text, const std::string& where,
                                  std::vector<ItemFault>* faults = nullptr);

/// Atomic; keys, order and layout as the published code writes them; absent fields are left out.
/// Throws DeviceError when the file cannot be written.
void write_generations(const std::filesystem::path& path, const GenerationsFile& file);

/// What a file's name says: "gsm8k_instruct_128_64_0_generations.json" is setup
/// "gsm8k_instruct_128_64", rank 0. gen_length and steps are absent where the name lacks them.
struct GenerationsName {
  std::string setup;
  std::string task;     ///< canonical name by the published rule (scoring.md), empty when unknown
  std::string subject;  ///< what stands before the numbers: of our own files, a task's name
  std::optional<std::int64_t> gen_length;
  std::optional<std::int64_t> steps;
  std::optional<std::int64_t> rank;
};

/// Nothing when the name does not end in `_generations.json`.
std::optional<GenerationsName> parse_generations_name(const std::string& filename);

/// "{setup}_{rank}_generations.json".
std::string generations_filename(const std::string& setup, std::int64_t rank);

/// The canonical task that a setup's name means by the published rule: the first of gsm, svamp,
/// math, countdown that it contains. Empty when it contains none.
std::string task_of_name(std::string_view name);

}  // namespace evotoken::reports
