// AdamW with clipping and linear decay (spec: training.md; torch.optim.AdamW), and Muon beside it.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "engine/weights/save_tensors.h"
#include "training/trainable_model.h"

namespace evotoken::training {

struct OptimizerOptions {
  double learning_rate = 1e-5;  ///< at the first update (after the warm-up, if any)
  double beta1 = 0.9;
  double beta2 = 0.999;
  double eps = 1e-8;
  double weight_decay = 0.1;
  double max_grad_norm = 1.0;
  bool muon = false;  ///< for the matrices of the transformer layers; AdamW for the others
  std::int64_t warmup_updates = 0;  ///< linear from 0; none in the published settings
};

/// lr · (1 − t/T), t from 0; during the warm-up lr · (t + 1)/(w + 1), and T counts from its end.
double learning_rate_at(const OptimizerOptions& options, std::int64_t update,
                        std::int64_t total_updates);

class Optimizer {
 public:
  /// Keeps a reference to `parameters`, which outlives this; they must not be added to or replaced.
  Optimizer(std::vector<Parameter>& parameters, const OptimizerOptions& options);

  /// Forgets the gradients of the last update.
  void zero_grad();
  /// Clips the gradients to max_grad_norm and updates the parameters. Returns the norm before
  /// clipping.
  double step(double learning_rate);

  /// Parameters, moments and step count by name, as views: what a checkpoint must hold, and where
  /// it is put back.
  weights::NamedTensors state() const;

 private:
  struct Group {  // one fused kernel call: all or none of it decayed
    std::vector<at::Tensor> values, exp_avgs, exp_avg_sqs, steps;
    std::vector<std::size_t> members;  // of parameters_
    double weight_decay = 0;
  };

  struct Orthogonal {  // stepped by Muon
    std::size_t member;
    at::Tensor value, momentum;
  };

  std::vector<Parameter>& parameters_;
  const OptimizerOptions options_;
  std::vector<Orthogonal> orthogonals_;
  std::vector<Group> groups_;
};

}  // namespace evotoken::training
