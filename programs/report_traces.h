// Denoising traces for the report's replay.
#pragma once

#include <filesystem>
#include <string>

#include "reports/report_content.h"

namespace evotoken::programs {

/// Reads the JSON lines of `evotoken-generate --trace`; the label is the file's name without its
/// extension. Throws DataError with file and line for anything else.
reports::TracedSample read_trace(const std::filesystem::path& path);

/// Fills in the texts of all token ids that occur, by the tokenizer of a model folder; leaves them
/// empty where the folder has none, so that the page shows ids.
void name_tokens(std::vector<reports::TracedSample>& traces, const std::string& model_folder);

/// The trace of item `index` beside the file of generations that holds it:
/// "gsm8k_128_64_0_generations.json" has "gsm8k_128_64_0_trace_17.jsonl". Empty when there is none.
std::filesystem::path trace_beside(const std::filesystem::path& generations, std::int64_t index);

}  // namespace evotoken::programs
