#include "programs/builtin_model.h"

#include <fmt/format.h>

#include "base/error.h"

namespace evotoken::programs {
namespace fs = std::filesystem;

fs::path builtin_model_folder() {
  // bin/ and share/ lie side by side, in the build tree as where the programs are installed.
  std::error_code ignored;
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
  const fs::path folder = program.parent_path().parent_path() / "share/evotoken-eval/models/tiny";
  if (!fs::exists(folder / "config.json", ignored)) {
    throw WeightsError(
        fmt::format("{}: the built-in model is not there, expected it beside the program; install "
                    "the program with its share folder, or name a model with --model_path",
                    folder.string()));
  }
  return folder;
}

fs::path builtin_adapter_folder() { return builtin_model_folder() / "cts"; }

}  // namespace evotoken::programs
