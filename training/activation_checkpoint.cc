#include "training/activation_checkpoint.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

namespace evotoken::training {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// The state of the generator that dropout draws from, set back for the time of a scope.
class SameRandomNumbers {
 public:
  SameRandomNumbers(at::Generator generator, const at::Tensor& state)
      : generator_(std::move(generator)), outer_(generator_.get_state()) {
    generator_.set_state(state);
  }
  ~SameRandomNumbers() { generator_.set_state(outer_); }
  SameRandomNumbers(const SameRandomNumbers&) = delete;
  SameRandomNumbers& operator=(const SameRandomNumbers&) = delete;

 private:
  at::Generator generator_;
  at::Tensor outer_;
};

struct LayerHolder : torch::CustomClassHolder {
  model::LladaModel::LayerFunction layer;
};

struct CheckpointedBlock : torch::autograd::Function<CheckpointedBlock> {
  /// `anchor` requires grad, so that the layer is differentiated even where `hidden` (a frozen
  /// embedding) is not: its parameters are reached from within backward.
  static at::Tensor forward(AutogradContext* context, const at::Tensor& hidden,
                            const at::Tensor& /*anchor*/,
                            const c10::intrusive_ptr<LayerHolder>& holder) {
    context->save_for_backward({hidden});
    context->saved_data["layer"] = c10::IValue::make_capsule(holder);
    const at::Generator generator = at::globalContext().defaultGenerator(hidden.device());
    context->saved_data["random_state"] = generator.get_state();
    return holder->layer(hidden);
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const at::Tensor saved = context->get_saved_variables()[0];
    const at::Tensor hidden = saved.detach().requires_grad_();
    const auto holder =
        c10::static_intrusive_pointer_cast<LayerHolder>(context->saved_data["layer"].toCapsule());
    at::Tensor output;
    {
      const at::AutoGradMode with_gradients(true);
      const SameRandomNumbers same(at::globalContext().defaultGenerator(hidden.device()),
                                   context->saved_data["random_state"].toTensor());
      output = holder->layer(hidden);
    }
    torch::autograd::backward({output}, gradients);
    return {hidden.grad(), at::Tensor(), at::Tensor()};
  }
};

}  // namespace

at::Tensor run_checkpointed(const model::LladaModel::LayerFunction& layer,
                            const at::Tensor& hidden) {
  auto holder = c10::make_intrusive<LayerHolder>();
  holder->layer = layer;
  const at::Tensor anchor = at::zeros({}, hidden.options().dtype(at::kFloat)).requires_grad_();
  return CheckpointedBlock::apply(hidden, anchor, holder);
}

}  // namespace evotoken::training
