// Where a run stands, on disk: enough to go on as if it had never stopped.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "training/optimizer.h"
#include "training/trainable_model.h"

namespace evotoken::training {

struct RunState {
  std::int64_t update = 0;          ///< updates done
  nlohmann::ordered_json settings;  ///< all that changes a result; compared on resumption
};

/// Writes `folder`/checkpoint-{update}/ with the model or adapter as `--model_path` or
/// `--checkpoint_path` loads it, the optimizer's state and trainer_state.json. Atomic: it appears
/// under its name when all is on disk. Then deletes all but the newest `keep`. Throws DeviceError.
void save_checkpoint(const std::filesystem::path& folder, const TrainableModel& model,
                     const Optimizer& optimizer, const RunState& state, std::int64_t keep);

/// The newest complete checkpoint in `folder`, if any.
std::optional<std::filesystem::path> newest_checkpoint(const std::filesystem::path& folder);

/// Puts parameters and optimizer back as save_checkpoint found them. Throws DataError when the
/// checkpoint was made with other `settings` (saying which) or does not fit the model.
RunState load_checkpoint(const std::filesystem::path& checkpoint, Optimizer& optimizer,
                         const nlohmann::ordered_json& settings);

}  // namespace evotoken::training
