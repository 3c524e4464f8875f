// The safetensors container: 8 bytes of header length, a JSON header, the raw tensors.
// Format: https://huggingface.co/docs/safetensors (section "Format").
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/weights/mapped_file.h"

namespace evotoken::weights {

/// Element types that the engine reads, by their names in the header.
enum class ElementType { kBF16, kF16, kF32, kF64, kI64, kI32 };

/// "BF16", "F32", …
std::string element_type_name(ElementType type);
std::size_t element_size_bytes(ElementType type);

/// One tensor of a file: row-major, little-endian.
struct TensorView {
  ElementType type = ElementType::kF32;
  std::vector<std::int64_t> shape;
  std::span<std::byte> bytes;  ///< points into the mapped file
};

/// One mapped safetensors file. Views stay valid while it lives.
class SafetensorsFile {
 public:
  /// Maps and checks the whole header: lengths, types, offsets that are contiguous, within the file
  /// and of the size that shape and type imply. Throws WeightsError naming file, tensor and fault.
  explicit SafetensorsFile(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return file_.path(); }
  const std::map<std::string, TensorView>& tensors() const { return tensors_; }
  const MappedFile& file() const { return file_; }

 private:
  MappedFile file_;
  std::map<std::string, TensorView> tensors_;
};

/// Writes a safetensors file tensor by tensor, so that a file larger than memory can be made.
class SafetensorsWriter {
 public:
  struct Entry {
    std::string name;
    ElementType type = ElementType::kF32;
    std::vector<std::int64_t> shape;
  };

  /// Writes the header for `entries`, in this order, to a temporary file beside `path`. Throws
  /// DeviceError when the folder is read-only or the disk is full.
  SafetensorsWriter(const std::filesystem::path& path, std::vector<Entry> entries);
  ~SafetensorsWriter();
  SafetensorsWriter(const SafetensorsWriter&) = delete;
  SafetensorsWriter& operator=(const SafetensorsWriter&) = delete;

  /// Appends bytes of the data section; entries follow each other without gaps.
  void append(std::span<const std::byte> bytes);
  /// Checks that every entry was written, flushes to disk and renames to the final name.
  void finish();

 private:
  struct Output;
  std::unique_ptr<Output> output_;
};

}  // namespace evotoken::weights
