#include "training/checkpoint.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "engine/weights/tensor_store.h"

namespace evotoken::training {
namespace fs = std::filesystem;

namespace {

constexpr std::string_view kPrefix = "checkpoint-";
constexpr const char* kOptimizerStem = "optimizer";
constexpr const char* kStateFile = "trainer_state.json";
constexpr const char* kTemporaryMark = ".tmp.";  // before the number of the process

/// Checkpoints of a folder by update, the newest last.
std::map<std::int64_t, fs::path> checkpoints(const fs::path& folder) {
  std::map<std::int64_t, fs::path> found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(kPrefix)) continue;
    std::int64_t update = 0;
    const auto [end, failure] =
        std::from_chars(name.data() + kPrefix.size(), name.data() + name.size(), update);
    if (failure != std::errc{} || end != name.data() + name.size()) continue;
    found.emplace(update, entry.path());
  }
  return found;
}

/// Removes what a run that was killed in the middle of a checkpoint left: often as large as the
/// model. The lock of the loss log keeps other runs out of the folder.
void remove_half_written(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> half_written;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(kPrefix) && name.find(kTemporaryMark) != std::string::npos) {
      half_written.push_back(entry.path());
    }
  }
  for (const fs::path& path : half_written) fs::remove_all(path, error);
}

/// "learning_rate is 0.001, was 0.0001", or nothing where all agree.
std::string first_difference(const nlohmann::ordered_json& now,
                             const nlohmann::ordered_json& then) {
  for (const auto& [name, value] : now.items()) {
    const auto found = then.find(name);
    if (found == then.end()) return fmt::format("{} is {}, was not set", name, value.dump());
    if (*found != value) return fmt::format("{} is {}, was {}", name, value.dump(), found->dump());
  }
  return "";
}

}  // namespace

void save_checkpoint(const fs::path& folder, const TrainableModel& model,
                     const Optimizer& optimizer, const RunState& state, std::int64_t keep) {
  const fs::path target = folder / fmt::format("{}{}", kPrefix, state.update);
  const fs::path temporary = fmt::format("{}{}{}", target.string(), kTemporaryMark, ::getpid());
  std::error_code error;
  remove_half_written(folder);
  fs::create_directories(temporary, error);
  if (error) {
    throw DeviceError(
        fmt::format("{}: cannot be made ({}), expected a writable folder; choose "
                    "another --output_dir",
                    temporary.string(), error.message()));
  }
  try {
    model.save(temporary);
    weights::save_tensors(temporary / fmt::format("{}.safetensors", kOptimizerStem),
                          optimizer.state(), at::kFloat);
    const nlohmann::ordered_json json = {{"update", state.update}, {"settings", state.settings}};
    write_file_atomically(temporary / kStateFile, json.dump(2) + "\n");
  } catch (...) {
    fs::remove_all(temporary, error);  // which may be what fills the disk
    throw;
  }
  fs::remove_all(target, error);
  fs::rename(temporary, target);

  const auto all = checkpoints(folder);
  auto oldest = all.begin();
  for (auto surplus = static_cast<std::int64_t>(all.size()) - keep; surplus > 0; --surplus) {
    fs::remove_all(oldest->second, error);
    ++oldest;
  }
}

std::optional<fs::path> newest_checkpoint(const fs::path& folder) {
  const auto all = checkpoints(folder);
  if (all.empty()) return std::nullopt;
  return all.rbegin()->second;
}

RunState load_checkpoint(const fs::path& checkpoint, Optimizer& optimizer,
                         const nlohmann::ordered_json& settings) {
  const nlohmann::ordered_json json = read_json_file(checkpoint / kStateFile);
  const std::string difference = first_difference(settings, json.at("settings"));
  if (!difference.empty()) {
    throw DataError(
        fmt::format("{}: {}; a run goes on with its own settings, or starts anew in "
                    "another --output_dir",
                    checkpoint.string(), difference));
  }
  const c10::NoGradGuard no_grad;
  const auto store = weights::TensorStore::open(checkpoint, kOptimizerStem);
  std::vector<weights::TensorSpec> specs;
  for (const auto& [name, tensor] : optimizer.state()) {
    specs.push_back({name, tensor.sizes().vec()});
  }
  store.check(specs);
  for (const auto& [name, tensor] : optimizer.state()) {
    tensor.copy_(store.load(name, at::kFloat, tensor.device()));
  }
  return {json.at("update").get<std::int64_t>(), settings};
}

}  // namespace evotoken::training
