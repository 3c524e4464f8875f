#include "training/muon.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace evotoken::training {

at::Tensor orthogonalized(const at::Tensor& matrix) {
  // The quintic of Jordan et al.: steep at 0, so that small singular values grow fast.
  constexpr double kA = 3.4445;
  constexpr double kB = -4.7750;
  constexpr double kC = 2.0315;
  constexpr int kIterations = 5;
  const bool tall = matrix.size(0) > matrix.size(1);
  at::Tensor x = tall ? matrix.t() : matrix;  // the product below is then the small one
  x = x / (at::linalg_vector_norm(x) + 1e-7);
  for (int i = 0; i < kIterations; ++i) {
    const at::Tensor product = at::mm(x, x.t());
    const at::Tensor polynomial = at::addmm(product, product, product, kB, kC);
    x = at::addmm(x, polynomial, x, kA, 1);
  }
  return tall ? x.t() : x;
}

void muon_step(at::Tensor value, const at::Tensor& grad, at::Tensor momentum, double learning_rate,
               double weight_decay) {
  constexpr double kMomentum = 0.95;
  momentum.mul_(kMomentum).add_(grad);
  const at::Tensor direction = orthogonalized(grad + kMomentum * momentum);
  const double size = 0.2 * std::sqrt(static_cast<double>(std::max(value.size(0), value.size(1))));
  value.mul_(1 - learning_rate * weight_decay).add_(direction, -size * learning_rate);
}

}  // namespace evotoken::training
