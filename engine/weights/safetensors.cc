#include "engine/weights/safetensors.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.h"
#include "base/files.h"

namespace evotoken::weights {
namespace {

constexpr std::size_t kLengthBytes = 8;
constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;  // the limit of the reference implementation

struct ElementTypeInfo {
  ElementType type;
  const char* name;
  std::size_t size_bytes;
};
constexpr std::array<ElementTypeInfo, 6> kElementTypes{{
    {ElementType::kBF16, "BF16", 2},
    {ElementType::kF16, "F16", 2},
    {ElementType::kF32, "F32", 4},
    {ElementType::kF64, "F64", 8},
    {ElementType::kI64, "I64", 8},
    {ElementType::kI32, "I32", 4},
}};

const ElementTypeInfo& info_of(ElementType type) {
  return *std::find_if(kElementTypes.begin(), kElementTypes.end(),
                       [&](const ElementTypeInfo& info) { return info.type == type; });
}

ElementType parse_element_type(const std::string& name, const std::string& where) {
  for (const ElementTypeInfo& info : kElementTypes) {
    if (name == info.name) return info.type;
  }
  throw WeightsError(fmt::format(
      "{}: dtype {} is not supported, expected BF16, F16 or F32; convert the checkpoint", where,
      name));
}

/// Number of bytes of a tensor, or WeightsError where the product leaves 63 bits.
std::uint64_t byte_count(ElementType type, const std::vector<std::int64_t>& shape,
                         const std::string& where) {
  std::uint64_t count = info_of(type).size_bytes;
  for (const std::int64_t extent : shape) {
    if (extent < 0 ||
        (extent > 0 && count > (std::uint64_t{1} << 62) / static_cast<std::uint64_t>(extent))) {
      throw WeightsError(fmt::format("{}: shape [{}] is not possible; fetch the file again", where,
                                     fmt::join(shape, ", ")));
    }
    count *= static_cast<std::uint64_t>(extent);
  }
  return count;
}

std::string tensor_where(const MappedFile& file, const std::string& name) {
  return fmt::format("{}: tensor {}", file.path().string(), name);
}

/// The JSON header and the data section behind it.
std::pair<nlohmann::ordered_json, std::span<std::byte>> split_file(const MappedFile& file) {
  const std::span<std::byte> bytes = file.bytes();
  std::uint64_t header_length = 0;
  if (bytes.size() >= kLengthBytes) std::memcpy(&header_length, bytes.data(), kLengthBytes);
  if (bytes.size() < kLengthBytes || header_length > kMaxHeaderBytes ||
      header_length > bytes.size() - kLengthBytes) {
    throw WeightsError(fmt::format(
        "{}: not a complete safetensors file (header of {} bytes in a file of {}); fetch it again",
        file.path().string(), header_length, bytes.size()));
  }
  const char* const text = reinterpret_cast<const char*>(bytes.data()) + kLengthBytes;
  try {
    nlohmann::ordered_json header = nlohmann::ordered_json::parse(text, text + header_length);
    if (header.is_object()) return {std::move(header), bytes.subspan(kLengthBytes + header_length)};
  } catch (const nlohmann::ordered_json::exception&) {
    // Said below, together with the header that is JSON but no object.
  }
  throw WeightsError(
      fmt::format("{}: header is not a JSON object, expected safetensors; fetch it again",
                  file.path().string()));
}

TensorView read_view(const nlohmann::ordered_json& entry, std::span<std::byte> data,
                     const std::string& where) {
  TensorView view;
  std::array<std::uint64_t, 2> offsets{};
  try {
    view.type = parse_element_type(entry.at("dtype").get<std::string>(), where);
    view.shape = entry.at("shape").get<std::vector<std::int64_t>>();
    offsets = entry.at("data_offsets").get<std::array<std::uint64_t, 2>>();
  } catch (const nlohmann::ordered_json::exception&) {
    throw WeightsError(where +
                       ": header entry malformed, expected dtype, shape and data_offsets; "
                       "fetch the file again");
  }
  const auto [begin, end] = offsets;
  if (begin > end || end > data.size()) {
    throw WeightsError(
        fmt::format("{}: bytes {} to {} lie outside the {} bytes of data; the file is "
                    "truncated, fetch it again",
                    where, begin, end, data.size()));
  }
  const std::uint64_t expected = byte_count(view.type, view.shape, where);
  if (end - begin != expected) {
    throw WeightsError(fmt::format(
        "{}: holds {} bytes, expected {} for {} [{}]; fetch the file again", where, end - begin,
        expected, element_type_name(view.type), fmt::join(view.shape, ", ")));
  }
  view.bytes = data.subspan(begin, end - begin);
  return view;
}

/// The format allows neither holes nor overlaps nor bytes behind the last tensor.
void check_contiguous(const std::map<std::string, TensorView>& tensors, const MappedFile& file,
                      std::span<const std::byte> data) {
  std::vector<std::pair<const std::byte*, std::string>> begins;
  for (const auto& [name, view] : tensors) begins.emplace_back(view.bytes.data(), name);
  std::sort(begins.begin(), begins.end());
  const std::byte* expected = data.data();
  for (const auto& [begin, name] : begins) {
    const TensorView& view = tensors.at(name);
    if (view.bytes.empty()) continue;
    if (begin != expected) {
      throw WeightsError(tensor_where(file, name) +
                         ": overlaps another tensor or leaves a hole; fetch the file again");
    }
    expected = begin + view.bytes.size();
  }
  if (expected != data.data() + data.size()) {
    throw WeightsError(fmt::format("{}: {} bytes behind the last tensor; fetch the file again",
                                   file.path().string(), data.data() + data.size() - expected));
  }
}

}  // namespace

std::string element_type_name(ElementType type) { return info_of(type).name; }
std::size_t element_size_bytes(ElementType type) { return info_of(type).size_bytes; }

SafetensorsFile::SafetensorsFile(const std::filesystem::path& path) : file_(path) {
  const auto [header, data] = split_file(file_);
  for (const auto& [name, entry] : header.items()) {
    if (name == "__metadata__") continue;
    tensors_.emplace(name, read_view(entry, data, tensor_where(file_, name)));
  }
  check_contiguous(tensors_, file_, data);
}

struct SafetensorsWriter::Output {
  std::filesystem::path path;
  std::filesystem::path temporary;
  int fd = -1;
  std::uint64_t expected_bytes = 0;
  std::uint64_t written_bytes = 0;

  [[noreturn]] void fail() const {
    throw DeviceError(fmt::format("{}: cannot be written ({}); choose another folder or make room",
                                  path.string(), std::strerror(errno)));
  }
  void write_all(const void* data, std::size_t size) const {
    const char* rest = static_cast<const char*>(data);
    while (size > 0) {
      const ssize_t written = ::write(fd, rest, size);
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail();
      rest += written;
      size -= static_cast<std::size_t>(written);
    }
  }
};

SafetensorsWriter::SafetensorsWriter(const std::filesystem::path& path, std::vector<Entry> entries)
    : output_(std::make_unique<Output>()) {
  output_->path = path;
  output_->temporary = fmt::format("{}.tmp.{}", path.string(), ::getpid());
  nlohmann::ordered_json header = {{"__metadata__", {{"format", "pt"}}}};
  for (const Entry& entry : entries) {
    const std::uint64_t end =
        output_->expected_bytes +
        byte_count(entry.type, entry.shape, path.string() + ": " + entry.name);
    header[entry.name] = {{"dtype", element_type_name(entry.type)},
                          {"shape", entry.shape},
                          {"data_offsets", {output_->expected_bytes, end}}};
    output_->expected_bytes = end;
  }
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');  // the data section starts at a multiple of 8 bytes
  const std::uint64_t length = text.size();

  std::error_code ignored;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), ignored);
  output_->fd = ::open(output_->temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (output_->fd < 0) output_->fail();
  output_->write_all(&length, sizeof(length));
  output_->write_all(text.data(), text.size());
}

SafetensorsWriter::~SafetensorsWriter() {
  if (output_->fd < 0) return;
  ::close(output_->fd);
  std::error_code ignored;
  std::filesystem::remove(output_->temporary, ignored);
}

void SafetensorsWriter::append(std::span<const std::byte> bytes) {
  output_->write_all(bytes.data(), bytes.size());
  output_->written_bytes += bytes.size();
}

void SafetensorsWriter::finish() {
  if (output_->written_bytes != output_->expected_bytes) {
    throw std::logic_error(fmt::format("{}: {} bytes of tensors were appended, {} were declared",
                                       output_->path.string(), output_->written_bytes,
                                       output_->expected_bytes));
  }
  if (::fsync(output_->fd) != 0) output_->fail();
  ::close(std::exchange(output_->fd, -1));
  if (::rename(output_->temporary.c_str(), output_->path.c_str()) != 0) output_->fail();
}

}  // namespace evotoken::weights
