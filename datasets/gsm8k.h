// GSM8K (openai/grade-school-math): JSON lines with `question` and `answer`.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "datasets/sample.h"

namespace evotoken::datasets {

/// Reads `path`. Sample::answer is the whole worked `answer`, calculator annotations and `####`
/// line as they stand. An answer without a gold that the published regex reads (none after `####`,
/// or a negative one: test items 489 and 1113) is data, not a fault: its ground truth becomes null
/// and the graders say so. Throws DataError with file and line.
Dataset read_gsm8k(const std::filesystem::path& path, std::string_view split = "test");

/// The test set under `data_dir`: our layout, upstream's (grade_school_math/data), or the file in
/// the folder itself. Throws DataError that lists the places.
std::filesystem::path find_gsm8k(const std::filesystem::path& data_dir);

/// The training set, from which few-shot examples come; nothing where it is absent.
std::optional<std::filesystem::path> find_gsm8k_train(const std::filesystem::path& data_dir);

/// Built-in problems and worked examples (disjoint), in the same format.
Dataset builtin_gsm8k();
Dataset builtin_gsm8k_examples();

}  // namespace evotoken::datasets
