// Predictions where the logits are, before anybody brings them to the host.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "engine/decoding/predictor.h"
#include "engine/kernels/predict_rows.h"

namespace evotoken::decoding {

/// The kernel's results in one stretch of the logits' device memory, so that one copy brings them
/// to the host.
class PredictionBuffer {
 public:
  /// Room for what `request` asks of `rows` (logits or what they are made of) [rows, …].
  PredictionBuffer(const at::Tensor& rows, const PredictionRequest& request);

  /// Valid as long as this.
  kernels::PredictRowsOutput pointers() const;

  /// On the host. From a GPU this waits for all that was enqueued: where steps are taken on the
  /// host, the one synchronisation of a step.
  Predictions fetch(const PredictionRequest& request) const;

 private:
  std::int64_t candidates_;
  std::int64_t entries_;
  at::Tensor bytes_;
};

/// How kernels call a type. Throws std::invalid_argument for others than theirs.
kernels::LogitType logit_type(at::ScalarType type);

/// predict() for consecutive positions and without end: the results stay where the logits are, for
/// a kernel that is enqueued behind this one; nothing is checked. Key and number of the forward
/// pass are read from `progress`, in the same memory, when the kernel runs. May be recorded.
PredictionBuffer enqueue_predictions(const at::Tensor& logits, const PredictionRequest& request,
                                     const kernels::DenoisingProgress* progress);

}  // namespace evotoken::decoding
