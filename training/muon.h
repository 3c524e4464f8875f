// Muon: steps whose directions are orthogonal matrices (Jordan et al. 2024, "Muon: an optimizer for
// hidden layers in neural networks"; scale and decay as in Liu et al., arXiv 2502.16982).
#pragma once

#include <ATen/core/Tensor.h>

namespace evotoken::training {

/// The nearest semi-orthogonal matrix to a matrix, roughly (singular values within 0.7 … 1.2): five
/// Newton–Schulz iterations. float32 [out, in] → the same shape.
at::Tensor orthogonalized(const at::Tensor& matrix);

/// One step in place: momentum ← 0.95 momentum + grad; value ← (1 − lr·decay) value −
/// 0.2 √max(out, in) · lr · orthogonalized(grad + 0.95 momentum). The factor gives steps of AdamW's
/// size, so that both take the same learning rate.
void muon_step(at::Tensor value, const at::Tensor& grad, at::Tensor momentum, double learning_rate,
               double weight_decay);

}  // namespace evotoken::training
