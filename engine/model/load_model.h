// From folders to a model that can compute.
#pragma once

#include <c10/core/Device.h>

#include <filesystem>
#include <optional>

#include "engine/model/llada_model.h"

namespace evotoken::model {

struct LoadOptions {
  std::filesystem::path model_folder;
  std::optional<std::filesystem::path> adapter_folder;  ///< PEFT LoRA adapter
  bool merge_adapter = true;  ///< into the weights (fast); false keeps it apart (parity with PEFT)
  std::optional<c10::ScalarType> dtype;  ///< to compute in; unset: the checkpoint's own
  c10::Device device = c10::Device(c10::kCPU);
  Quantization quantization = Quantization::kNone;  ///< of the layers' matrices, adapter merged in
  /// Matrices in the form of the fastest products (Linear::pack), which training cannot use.
  bool for_inference = false;
};

/// Loads a LLaDA checkpoint, checking every tensor by name, shape and type. On the CPU in the
/// checkpoint's own dtype the mapped files are the weights, but for what is packed or quantised: of
/// each matrix there is one copy, merging an adapter included. Throws WeightsError.
LladaModel load_model(const LoadOptions& options);

}  // namespace evotoken::model
