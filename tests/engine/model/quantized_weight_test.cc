// Quantised weights against their definitions in double, and models made of them.
#include "engine/model/quantized_weight.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "engine/kernels/predict_rows.h"
#include "engine/model/device.h"
#include "engine/model/load_model.h"
#include "tests/engine/golden_model.h"

namespace evotoken::model {
namespace {

/// Rows of very different magnitude, one of them zero.
at::Tensor uneven_weight(std::int64_t out, std::int64_t in) {
  at::Tensor weight = at::randn({out, in}) * at::logspace(-3, 2, out).unsqueeze(1);
  weight[out / 2].zero_();
  return weight;
}

TEST(QuantizedWeight, Int8IsWithinHalfAStepOfTheWeight) {
  at::manual_seed(1);
  const at::Tensor weight = uneven_weight(37, 64);
  const QuantizedWeight quantized(weight, Quantization::kInt8);
  const at::Tensor step = weight.abs().amax(-1, true) / 127;
  const at::Tensor error = (quantized.dequantized() - weight).abs();
  EXPECT_TRUE(error.le(step * 0.5001 + 1e-12).all().item<bool>());
  EXPECT_EQ(quantized.bytes(), 64U * 64U + 37U * 4U) << "two panels of 32 rows, and scales";
}

TEST(QuantizedWeight, Fp8KeepsFourBitsOfEachWeight) {
  at::manual_seed(2);
  const at::Tensor weight = uneven_weight(37, 64);
  const at::Tensor error =
      (QuantizedWeight(weight, Quantization::kFp8).dequantized() - weight).abs();
  // Three bits behind the leading one; below the normal range (2^-6 of 448) steps are equal.
  const at::Tensor least = weight.abs().amax(-1, true) / 448 / 512;
  EXPECT_TRUE(error.le(weight.abs() / 16 * 1.001 + least).all().item<bool>());
}

TEST(QuantizedWeight, ProductIsThatOfTheDequantisedMatrix) {
  at::manual_seed(3);
  for (const std::int64_t out : {3, 1024, 2100}) {  // less than a panel, one, several
    const at::Tensor x = at::randn({9, 48});
    const at::Tensor weight = at::randn({out, 48});
    const QuantizedWeight int8(weight, Quantization::kInt8);
    const at::Tensor expected = at::linear(x, int8.dequantized());
    EXPECT_TRUE(at::allclose(int8.multiply(x), expected, 1e-5, 1e-4)) << out;
    const at::Tensor bfloat16 = int8.multiply(x.to(at::kBFloat16));
    EXPECT_EQ(bfloat16.scalar_type(), at::kBFloat16);
    EXPECT_TRUE(at::allclose(bfloat16.to(at::kFloat), expected, 2e-2, 0.1)) << out;

    // Activations are rounded as well, by at most a sixteenth each.
    const QuantizedWeight fp8(weight, Quantization::kFp8);
    const at::Tensor error = (fp8.multiply(x) - at::linear(x, fp8.dequantized())).abs();
    EXPECT_TRUE(
        error.le(at::linear(x.abs(), fp8.dequantized().abs()) / 16 + 1e-3).all().item<bool>());
    EXPECT_GT(error.max().item<float>(), 0) << "activations are in 8 bits too";
  }
}

/// Where nothing is packed: int8 by LibTorch's products of dequantised rows, fp8 by the GPU's own.
TEST(QuantizedWeightCuda, ProductIsThatOfTheCpu) {
  if (!kernels::built_with_cuda()) GTEST_SKIP() << "NOT TESTED on a GPU: built without nvcc";
  const c10::Device device = open_device("auto");
  if (!device.is_cuda()) GTEST_SKIP() << "NOT TESTED on a GPU: no usable one on this machine";
  at::manual_seed(4);
  const at::Tensor x = at::randn({32, 64});
  const at::Tensor weight = at::randn({2112, 64});
  for (const Quantization format : {Quantization::kInt8, Quantization::kFp8}) {
    const at::Tensor expected = QuantizedWeight(weight, format).multiply(x);
    const QuantizedWeight there(weight.to(device), format);
    EXPECT_TRUE(
        at::allclose(there.dequantized().cpu(), QuantizedWeight(weight, format).dequantized()));
    // The GPU's fp8 product is rounded to bfloat16.
    const double rounding = format == Quantization::kInt8 ? 1e-3 : 1e-2;
    EXPECT_TRUE(at::allclose(there.multiply(x.to(device)).cpu(), expected, rounding, 0.1))
        << choice_name(format);
  }
}

TEST(QuantizedWeight, NamesAreReadAndOthersRefused) {
  for (const char* name : {"none", "int8", "fp8"}) {
    EXPECT_EQ(choice_name(parse_choice<Quantization>("--quantization", name)), name);
  }
  EXPECT_THROW(parse_choice<Quantization>("--quantization", "int4"), UsageError);
  EXPECT_THROW(QuantizedWeight(at::ones({2, 2}), Quantization::kNone), std::invalid_argument);
}

TEST(QuantizedModel, IsNearTheFullOneAndSaysWhatItIs) {
  const c10::InferenceMode inference;
  LoadOptions options = testing::golden_load_options("toy-mha", "", testing::Adapter::kNone);
  const LladaModel full = load_model(options);
  const at::Tensor ids = at::arange(1, 40, at::kLong);
  const PackedInput input = PackedInput::hard(ids, {{39, 0, 0}});
  const at::Tensor expected = full.forward(input);
  EXPECT_EQ(full.number_format(), "float32");
  for (const auto& [quantization, name, most] :
       {std::tuple(Quantization::kInt8, "float32+int8", 0.05),
        std::tuple(Quantization::kFp8, "float32+fp8", 0.25)}) {
    options.quantization = quantization;
    const LladaModel model = load_model(options);
    EXPECT_EQ(model.number_format(), name);
    EXPECT_FALSE(model.weights().layers[0].q_proj.weight.defined()) << "its memory is given back";
    const at::Tensor difference = (model.forward(input) - expected).norm() / expected.norm();
    EXPECT_LT(difference.item<double>(), most) << name;
    EXPECT_GT(difference.item<double>(), 0) << name;
  }
}

}  // namespace
}  // namespace evotoken::model
