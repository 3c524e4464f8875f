#include "engine/weights/safetensors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "tests/engine/weights/messages.h"

namespace evotoken::weights {
namespace {

using ::testing::HasSubstr;
using testing::TemporaryDir;
using testing::weights_error;

/// A file of the header `header` and `data_bytes` zero bytes.
void write_raw(const std::filesystem::path& path, const std::string& header,
               std::size_t data_bytes) {
  std::string content(8, '\0');
  const std::uint64_t length = header.size();
  std::memcpy(content.data(), &length, sizeof(length));
  write_file_atomically(path, content + header + std::string(data_bytes, '\0'));
}

std::string fault(const std::string& header, std::size_t data_bytes) {
  const TemporaryDir dir;
  write_raw(dir.path() / "m.safetensors", header, data_bytes);
  return weights_error([&] { SafetensorsFile file(dir.path() / "m.safetensors"); });
}

TEST(Safetensors, WhatIsWrittenIsRead) {
  const TemporaryDir dir;
  const std::vector<float> values = {1.5F, -2.0F, 0.25F, 8.0F, 3.0F, 4.0F};
  SafetensorsWriter writer(dir.path() / "m.safetensors",
                           {{"a", ElementType::kF32, {2, 2}}, {"b", ElementType::kF32, {2}}});
  writer.append(std::as_bytes(std::span(values)));
  writer.finish();
  const SafetensorsFile file(dir.path() / "m.safetensors");
  ASSERT_EQ(file.tensors().size(), 2U);
  const TensorView& b = file.tensors().at("b");
  EXPECT_EQ(b.shape, (std::vector<std::int64_t>{2}));
  EXPECT_EQ(std::memcmp(b.bytes.data(), values.data() + 4, 8), 0);
}

TEST(Safetensors, AnUnfinishedFileNeverAppears) {
  const TemporaryDir dir;
  {
    SafetensorsWriter writer(dir.path() / "m.safetensors", {{"a", ElementType::kF32, {2}}});
    EXPECT_THROW(writer.finish(), std::logic_error);
  }
  EXPECT_TRUE(std::filesystem::is_empty(dir.path()));
}

TEST(Safetensors, FaultsAreNamed) {
  EXPECT_THAT(fault("[]", 0), HasSubstr("header is not a JSON object"));
  EXPECT_THAT(fault("{\"a\"", 0), HasSubstr("header is not a JSON object"));
  EXPECT_THAT(fault(R"({"a":{"dtype":"F8","shape":[1],"data_offsets":[0,1]}})", 1),
              HasSubstr("tensor a: dtype F8 is not supported"));
  EXPECT_THAT(
      fault(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", 4),
      HasSubstr("tensor a: bytes 0 to 8 lie outside the 4 bytes of data; the file is truncated"));
  EXPECT_THAT(fault(R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})", 8),
              HasSubstr("holds 8 bytes, expected 12 for F32 [3]"));
  EXPECT_THAT(fault(R"({"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})", 4),
              HasSubstr("shape [-1] is not possible"));
  EXPECT_THAT(
      fault(R"({"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}})", 4),
      HasSubstr("is not possible"));
  EXPECT_THAT(fault(R"({"a":{"dtype":"F32","shape":[1]}})", 4),
              HasSubstr("header entry malformed"));
  EXPECT_THAT(fault(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", 8),
              HasSubstr("leaves a hole"));
  EXPECT_THAT(fault(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", 9),
              HasSubstr("5 bytes behind the last tensor"));
}

TEST(Safetensors, ATruncatedOrEmptyFileIsAnError) {
  const TemporaryDir dir;
  write_file_atomically(dir.path() / "m", "123");
  EXPECT_THAT(weights_error([&] { SafetensorsFile file(dir.path() / "m"); }),
              HasSubstr("not a complete safetensors file"));
  write_file_atomically(dir.path() / "m", std::string(8, '\xff') + "{}");
  EXPECT_THAT(weights_error([&] { SafetensorsFile file(dir.path() / "m"); }),
              HasSubstr("not a complete safetensors file"));
  write_file_atomically(dir.path() / "m", "");
  EXPECT_THAT(weights_error([&] { SafetensorsFile file(dir.path() / "m"); }), HasSubstr("empty"));
}

}  // namespace
}  // namespace evotoken::weights
