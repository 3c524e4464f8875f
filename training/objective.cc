#include "training/objective.h"

#include "training/activation_checkpoint.h"

namespace evotoken::training {

void Loss::add(const Loss& other, double weight) {
  total += weight * other.total;
  stages.resize(std::max(stages.size(), other.stages.size()));
  for (std::size_t k = 0; k < other.stages.size(); ++k) stages[k] += weight * other.stages[k];
  tokens += other.tokens;
}

at::Tensor run_forward(const Pass& pass, const model::PackedInput& input) {
  if (!pass.checkpoint_activations) return pass.model.forward(input);
  return pass.model.forward(input, run_checkpointed);
}

}  // namespace evotoken::training
