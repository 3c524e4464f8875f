// The tables under tests/scorers/data: {"source": where the expectations come from, "rows": […]}.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "base/files.h"

namespace evotoken::testing {

/// The rows of tests/scorers/data/`name`.
inline nlohmann::ordered_json scorer_table(const std::string& name) {
  const std::filesystem::path source = EVOTOKEN_SOURCE_DIR;
  return read_json_file(source / "tests" / "scorers" / "data" / name).at("rows");
}

}  // namespace evotoken::testing
