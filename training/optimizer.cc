#include "training/optimizer.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <fmt/format.h>

#include <algorithm>

#include "training/muon.h"

namespace evotoken::training {

double learning_rate_at(const OptimizerOptions& options, std::int64_t update,
                        std::int64_t total_updates) {
  const std::int64_t warmup = options.warmup_updates;
  if (update < warmup) {
    return options.learning_rate * static_cast<double>(update + 1) /
           static_cast<double>(warmup + 1);
  }
  return options.learning_rate *
         (1.0 - static_cast<double>(update - warmup) / static_cast<double>(total_updates - warmup));
}

Optimizer::Optimizer(std::vector<Parameter>& parameters, const OptimizerOptions& options)
    : parameters_(parameters), options_(options) {
  for (const bool decayed : {true, false}) {
    Group group;
    group.weight_decay = decayed ? options.weight_decay : 0.0;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      if (parameters[i].decayed != decayed) continue;
      const at::Tensor value = parameters[i].value.detach();  // shares the memory
      if (options.muon && parameters[i].of_layer && decayed) {
        orthogonals_.push_back({i, value, at::zeros_like(value)});
        continue;
      }
      group.members.push_back(i);
      group.values.push_back(value);
      group.exp_avgs.push_back(at::zeros_like(value));
      group.exp_avg_sqs.push_back(at::zeros_like(value));
      group.steps.push_back(at::zeros({}, value.options()));
    }
    if (!group.values.empty()) groups_.push_back(std::move(group));
  }
}

void Optimizer::zero_grad() {
  for (Parameter& parameter : parameters_) parameter.value.mutable_grad().reset();
}

double Optimizer::step(double learning_rate) {
  const c10::NoGradGuard no_grad;
  std::vector<at::Tensor> norms;
  for (Parameter& parameter : parameters_) {
    at::Tensor& grad = parameter.value.mutable_grad();
    if (!grad.defined()) grad = at::zeros_like(parameter.value);
    norms.push_back(at::linalg_vector_norm(grad));
  }
  const double norm = at::linalg_vector_norm(at::stack(norms)).item<double>();
  // As torch.nn.utils.clip_grad_norm_ has it.
  const double scale = std::min(1.0, options_.max_grad_norm / (norm + 1e-6));

  for (Orthogonal& matrix : orthogonals_) {
    muon_step(matrix.value, parameters_[matrix.member].value.grad().mul_(scale), matrix.momentum,
              learning_rate, options_.weight_decay);
  }
  for (Group& group : groups_) {
    std::vector<at::Tensor> grads;
    for (const std::size_t i : group.members) {
      grads.push_back(parameters_[i].value.grad().mul_(scale));
    }
    at::_foreach_add_(group.steps, 1);
    at::_fused_adamw_(group.values, grads, group.exp_avgs, group.exp_avg_sqs, {}, group.steps,
                      learning_rate, options_.beta1, options_.beta2, group.weight_decay,
                      options_.eps, /*amsgrad=*/false, /*maximize=*/false);
  }
  return norm;
}

weights::NamedTensors Optimizer::state() const {
  weights::NamedTensors tensors;
  for (const Orthogonal& matrix : orthogonals_) {
    const std::string& name = parameters_[matrix.member].name;
    tensors.emplace_back(fmt::format("value.{}", name), matrix.value);
    tensors.emplace_back(fmt::format("momentum.{}", name), matrix.momentum);
  }
  for (const Group& group : groups_) {
    for (std::size_t i = 0; i < group.values.size(); ++i) {
      const std::string& name = parameters_[group.members[i]].name;
      tensors.emplace_back(fmt::format("value.{}", name), group.values[i]);
      tensors.emplace_back(fmt::format("exp_avg.{}", name), group.exp_avgs[i]);
      tensors.emplace_back(fmt::format("exp_avg_sq.{}", name), group.exp_avg_sqs[i]);
      tensors.emplace_back(fmt::format("step.{}", name), group.steps[i]);
    }
  }
  return tensors;
}

}  // namespace evotoken::training
