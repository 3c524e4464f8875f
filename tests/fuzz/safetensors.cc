// A safetensors file as it is; and the bytes as its header, with the right length before them and
// 64 bytes of data behind, so that mutations reach what stands in the header. Every byte that a
// view names is read.
#include "engine/weights/safetensors.h"

#include <cstdint>
#include <cstring>
#include <numeric>
#include <string>

#include "base/error.h"
#include "tests/fuzz/memory_file.h"
#include "tests/fuzz/targets.h"

namespace evotoken::fuzz {
namespace {

void read(std::string_view bytes) {
  const MemoryFile memory(bytes);
  try {
    const weights::SafetensorsFile file(memory.path());
    for (const auto& [name, view] : file.tensors()) {
      volatile unsigned sum = std::accumulate(
          view.bytes.begin(), view.bytes.end(), 0U,
          [](unsigned total, std::byte b) { return total + std::to_integer<unsigned>(b); });
      (void)sum;
    }
  } catch (const WeightsError&) {
    // The message for the user.
  }
}

}  // namespace

void safetensors(std::string_view bytes) {
  read(bytes);
  const std::uint64_t length = bytes.size();
  std::string file(sizeof(length), '\0');
  std::memcpy(file.data(), &length, sizeof(length));
  file += bytes;
  file.append(64, '\x01');
  read(file);
}

}  // namespace evotoken::fuzz
