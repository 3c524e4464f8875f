#include "datasets/builtin.h"

#include <fmt/format.h>

#include <span>
#include <stdexcept>

namespace evotoken::datasets {
namespace {

std::span<const detail::EmbeddedFile> embedded_files() {
  return {detail::kEmbeddedFiles, detail::kEmbeddedFileCount};
}

}  // namespace

std::string_view builtin_file(std::string_view name) {
  for (const detail::EmbeddedFile& file : embedded_files()) {
    // Bytes are stored unsigned because values above 127 do not fit a char initialiser.
    if (file.name == name) return {reinterpret_cast<const char*>(file.data), file.size};
  }
  throw std::out_of_range(fmt::format("no embedded file {}", name));
}

}  // namespace evotoken::datasets
