// Golden models, loaded once per test program, in float32 on the CPU as the golden numbers were
// made.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "engine/model/load_model.h"
#include "tests/support.h"

namespace evotoken::testing {

enum class Adapter { kNone, kMerged, kUnmerged };

inline model::LoadOptions golden_load_options(const std::string& name, const std::string& lora,
                                              Adapter adapter) {
  model::LoadOptions options;
  options.model_folder = golden_dir() / "models" / name;
  if (adapter != Adapter::kNone) options.adapter_folder = golden_dir() / "models" / lora;
  options.merge_adapter = adapter == Adapter::kMerged;
  options.dtype = c10::kFloat;
  options.for_inference = true;  // as programs load it
  return options;
}

inline const model::LladaModel& golden_model(const std::string& name, const std::string& lora = "",
                                             Adapter adapter = Adapter::kNone) {
  static std::map<std::string, std::unique_ptr<model::LladaModel>> loaded;
  auto& entry = loaded[name + "+" + lora + std::to_string(static_cast<int>(adapter))];
  if (!entry) {
    entry = std::make_unique<model::LladaModel>(
        model::load_model(golden_load_options(name, lora, adapter)));
  }
  return *entry;
}

}  // namespace evotoken::testing
