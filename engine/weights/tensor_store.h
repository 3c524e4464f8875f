// The tensors of a checkpoint by name, mapped and used in place.
#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/weights/model_config.h"
#include "engine/weights/safetensors.h"

namespace evotoken::weights {

/// Name and shape that a tensor must have.
struct TensorSpec {
  std::string name;
  std::vector<std::int64_t> shape;
};

/// Every tensor of a LLaDA checkpoint with this config (spec: model.md, "Tensors").
std::vector<TensorSpec> declared_tensors(const ModelConfig& config);

/// All safetensors files of a folder: `<stem>.safetensors`, or the shards that
/// `<stem>.safetensors.index.json` lists.
class TensorStore {
 public:
  /// Maps the files and checks them against each other. Throws WeightsError naming file and tensor.
  /// `stem` is "model" for checkpoints and "adapter_model" for adapters.
  static TensorStore open(const std::filesystem::path& folder, const std::string& stem = "model");

  /// Demands exactly `specs`: names, shapes, floating-point types. Throws WeightsError that says
  /// which are missing, unknown or of another shape.
  void check(const std::vector<TensorSpec>& specs) const;

  /// The tensor in `dtype` on `device`. Same dtype on the CPU: a view of the mapped file, which it
  /// keeps alive and which may be written to (privately). Otherwise a copy, after which the file's
  /// pages are given back. Throws WeightsError for an unknown name.
  at::Tensor load(const std::string& name, at::ScalarType dtype, at::Device device) const;

  /// The type that most bytes of the files have: the checkpoint's own.
  at::ScalarType dominant_dtype() const;

  std::vector<std::string> names() const;
  /// The files, in the order of their names.
  std::vector<std::filesystem::path> files() const;

 private:
  struct Location {
    std::shared_ptr<const SafetensorsFile> file;
    TensorView view;
  };
  void add(const std::filesystem::path& path);

  std::filesystem::path folder_;
  std::vector<std::shared_ptr<const SafetensorsFile>> files_;
  std::map<std::string, Location> tensors_;
};

/// Torch's name of an element type.
at::ScalarType scalar_type(ElementType type);

}  // namespace evotoken::weights
