// MATH500 (HuggingFaceH4/MATH-500, from openai/prm800k): JSON lines with `problem`, `solution`,
// `answer`, `subject`, `level` and, upstream, `unique_id`.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "datasets/sample.h"

namespace evotoken::datasets {

/// Reads `path`. `problem` and `answer` are needed; `solution`, `subject` and `level` (a whole
/// number or a string) may be absent, as in some mirrors. Throws DataError with file and line.
Dataset read_math500(const std::filesystem::path& path, std::string_view split = "test");

/// The test set under `data_dir`: our layout, Hugging Face's, prm800k's, or the file in the folder
/// itself. Throws DataError that lists the places.
std::filesystem::path find_math500(const std::filesystem::path& data_dir);

/// Training problems (prm800k's math_splits/train.jsonl); nothing where they are absent.
std::optional<std::filesystem::path> find_math500_train(const std::filesystem::path& data_dir);

/// Built-in problems and worked examples (disjoint), in the same format.
Dataset builtin_math500();
Dataset builtin_math500_examples();

}  // namespace evotoken::datasets
