// What training minimises: a micro-batch in, its loss out, gradients added to the parameters.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "engine/model/llada_model.h"
#include "training/batch.h"
#include "training/draw.h"

namespace evotoken::training {

/// Of one micro-batch, or the mean over several.
struct Loss {
  double total = 0;
  std::vector<double> stages;  ///< CTS: one per pass; empty for masked diffusion
  std::int64_t tokens = 0;     ///< tokens that went through the model, all passes

  /// Adds a share `weight` of another loss (its tokens count in full).
  void add(const Loss& other, double weight);
};

/// How an objective runs the model.
struct Pass {
  const model::LladaModel& model;
  double weight = 1;                    ///< of this micro-batch's loss in the update's gradient
  bool checkpoint_activations = false;  ///< keep only the blocks' inputs, compute the rest again
};

class Objective {
 public:
  virtual ~Objective() = default;
  /// Whether batches get extra pad tokens, and how often.
  virtual double extra_pad_probability() const { return 0; }
  /// Noises `batch` with numbers from `draw`, runs forward and backward.
  virtual Loss run(const Pass& pass, const Batch& batch, Draw& draw) const = 0;
};

/// forward() as `pass` says.
at::Tensor run_forward(const Pass& pass, const model::PackedInput& input);

}  // namespace evotoken::training
