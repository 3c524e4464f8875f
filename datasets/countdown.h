// Countdown (dllm-reasoning/d1, countdown_cd3_test.jsonl): JSON lines with `input` "30,100,93" and
// `output` "23", both strings.
#pragma once

#include <filesystem>
#include <string_view>

#include "datasets/sample.h"

namespace evotoken::datasets {

/// Reads `path`. The question is "Numbers: [30, 100, 93]\nTarget: 23"; numbers keep file order and
/// may repeat (eight items of the published file do). A field `solution` with a worked answer is
/// kept where there is one (built-in examples). Throws DataError with file and line.
Dataset read_countdown(const std::filesystem::path& path, std::string_view split = "test");

/// The test set under `data_dir`: in `countdown/`, in upstream's `dataset/`, or in the folder
/// itself. Throws DataError that lists the places.
std::filesystem::path find_countdown(const std::filesystem::path& data_dir);

/// Built-in problems and worked examples (disjoint), in the same format. Upstream has no training
/// file in this format, so examples always are these.
Dataset builtin_countdown();
Dataset builtin_countdown_examples();

}  // namespace evotoken::datasets
