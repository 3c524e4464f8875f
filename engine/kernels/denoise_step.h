// One denoising step of a sequence, taken where its state lies: which positions are fixed, which
// decoded tokens are revised, the soft tokens of the next pass, and whether the block is over
// (spec: decoding.md, steps 6 to 8, "Blocks" and "Relatives"). A GPU then goes from pass to pass
// without the host. What a step does is what decoding::Decoder::step does for the published
// methods.
#pragma once

#include <cstdint>

#include "engine/kernels/predict_rows.h"

namespace evotoken::kernels {

/// The part of a decoding method that no step changes.
struct DenoiseRule {
  std::int64_t mask_id = 0;
  std::int64_t vocab = 0;
  bool soft = false;  ///< decoded tokens are revised and soft tokens evolve (EvoToken)
  double alpha = 0;   ///< weight of the mask in a masked position's soft token
  /// Positions are chosen by a uniform number each, that of row `vocab`, in place of confidences.
  bool random_scores = false;
  bool rounds_scores = false;  ///< confidences are compared in the model's type
  // Positions fixed in a step of a block. By count: so many, and one more in the first steps.
  std::int32_t fixed_per_step = 0;
  std::int32_t steps_with_one_more = 0;
  double threshold = -1;  ///< ≥ 0: by threshold instead
  double factor = -1;     ///< ≥ 0: by factor instead
  std::int32_t most_steps_per_block = 0;
};

/// All pointers are to the memory of the device that computes.
struct DenoiseStep {
  // The sequence, changed by the step.
  std::int64_t* tokens = nullptr;  ///< [length]
  double* confidence = nullptr;    ///< [length], of the token that stands there when it was chosen
  std::int64_t* soft_ids = nullptr;  ///< [length, top_k + 1]; null: not soft
  void* soft_weights = nullptr;      ///< the same of `type`
  LogitType type = LogitType::kFloat32;
  DenoisingProgress* progress = nullptr;
  std::int64_t block_begin = 0;
  // What predict_rows left for the positions from first_position on. Candidates end with the block.
  // Confidences become the scores that positions are chosen by.
  PredictRowsOutput predicted;
  std::int64_t first_position = 0;
  std::int64_t rows = 0;
  std::int64_t candidate_rows = 0;
  std::int64_t top_k = 0;
  bool* chosen = nullptr;  ///< [candidate_rows], overwritten
  DenoiseRule rule;
};

/// On the CPU: the oracle of the other.
void denoise_step_plain(const DenoiseStep& work);

/// On CUDA device `device`, enqueued on `stream` (a cudaStream_t of that device); may be captured
/// in a CUDA graph. The same results to the last bit. Throws DeviceError when the launch fails or
/// this program was built without CUDA.
void denoise_step_cuda(const DenoiseStep& work, int device, void* stream);

}  // namespace evotoken::kernels
