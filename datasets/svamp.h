// SVAMP: arkilpatel/SVAMP's SVAMP.json (one JSON array of 1000) and ChilleD/SVAMP's splits (700 for
// training, 300 for testing; JSON array or JSON lines). Fields `Body`, `Question`, `Answer`, and
// `Equation`, `Type`, `ID` besides.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "datasets/sample.h"

namespace evotoken::datasets {

/// Which of the two published selections a file holds: they score differently, so the result says.
enum class SvampSplit {
  kAll,    ///< Dataset::split "all 1000" (the count as found), ids "svamp/all/…"
  kTest,   ///< "test 300 (ChilleD)", ids "svamp/test/…"
  kTrain,  ///< "train 700 (ChilleD)", ids "svamp/train/…"
};

/// A file and what it holds.
struct SvampFile {
  std::filesystem::path path;
  SvampSplit split = SvampSplit::kAll;
};

/// Reads the file. The question is `Body` + `Question` with nothing between, as the published code
/// writes it; the answer is the number's JSON text ("51.0") or ChilleD's string as it stands.
/// Throws DataError with file and line or element.
Dataset read_svamp(const SvampFile& file);

/// The published 300-item split where the user has it, otherwise all 1000 problems; sub-folders
/// before the folder itself. Throws DataError that lists the places.
SvampFile find_svamp(const std::filesystem::path& data_dir);

/// ChilleD's training split; nothing where it is absent.
std::optional<SvampFile> find_svamp_train(const std::filesystem::path& data_dir);

/// Built-in problems and worked examples (disjoint), in the same format; examples carry a field
/// `Solution` with a worked answer.
Dataset builtin_svamp();
Dataset builtin_svamp_examples();

}  // namespace evotoken::datasets
