#include "engine/weights/model_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/weights/messages.h"

namespace evotoken::weights {
namespace {

using ::testing::HasSubstr;
using testing::TemporaryDir;
using testing::weights_error;

/// A Hugging Face cache in a temporary folder, for the length of a test.
class HuggingFaceCache {
 public:
  HuggingFaceCache() {
    ::setenv("HF_HOME", dir_.path().c_str(), 1);
    ::unsetenv("HF_HUB_CACHE");
    write_file_atomically(repository() / "refs" / "main", "abc123\n");
    write_file_atomically(repository() / "snapshots" / "abc123" / "config.json", "{}");
  }
  ~HuggingFaceCache() { ::unsetenv("HF_HOME"); }
  std::filesystem::path repository() const { return dir_.path() / "hub" / "models--org--name"; }

 private:
  TemporaryDir dir_;
};

TEST(ModelFolder, AFolderIsItself) {
  const TemporaryDir dir;
  write_file_atomically(dir.path() / "config.json", "{}");
  EXPECT_EQ(resolve_model_folder(dir.path().string(), "config.json"), dir.path());
  EXPECT_THAT(
      weights_error([&] { resolve_model_folder(dir.path().string(), "adapter_config.json"); }),
      HasSubstr("no adapter_config.json in this folder"));
}

TEST(ModelFolder, ARepositoryLeadsToItsSnapshot) {
  const HuggingFaceCache cache;
  const auto snapshot = cache.repository() / "snapshots" / "abc123";
  EXPECT_EQ(resolve_model_folder("org/name", "config.json"), snapshot);
  EXPECT_EQ(resolve_model_folder("org/name@abc123", "config.json"), snapshot);
}

TEST(ModelFolder, AnAbsentRepositorySaysHowToGetIt) {
  const HuggingFaceCache cache;
  EXPECT_THAT(
      weights_error([] { resolve_model_folder("GSAI-ML/LLaDA-8B-Instruct", "config.json"); }),
      HasSubstr("hf download GSAI-ML/LLaDA-8B-Instruct"));
  EXPECT_THAT(weights_error([] { resolve_model_folder("org/name@v2", "config.json"); }),
              HasSubstr("--revision v2"));
  EXPECT_THAT(weights_error([] { resolve_model_folder("/no/such", "config.json"); }),
              HasSubstr("/no/such: no such folder"));
  EXPECT_THAT(weights_error([] { resolve_model_folder("", "config.json"); }),
              HasSubstr("empty path"));
}

TEST(ModelFolder, AFolderThatCannotBeSearchedIsSaid) {
  // As without permission, which would not stop root.
  const std::string too_long(5000, 'x');
  EXPECT_THAT(weights_error([&] { resolve_model_folder("/tmp", too_long); }),
              HasSubstr("cannot be looked at (File name too long), expected a folder"));
  EXPECT_THAT(weights_error([] { model_folder_hash("/no/such"); }),
              HasSubstr("/no/such: cannot be looked at"));
}

TEST(ModelFolder, TheHashFollowsTheContent) {
  testing::ModelCopy copy("toy-mha");
  const std::string before = model_folder_hash(copy.path());
  EXPECT_EQ(before, model_folder_hash(testing::golden_dir() / "models" / "toy-mha"));
  copy.set("config.json", "rope_theta", 1.0);
  EXPECT_NE(model_folder_hash(copy.path()), before);
}

}  // namespace
}  // namespace evotoken::weights
