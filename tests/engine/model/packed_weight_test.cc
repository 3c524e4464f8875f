// Packed products against LibTorch's, over whole and partial panels and from several threads.
#include "engine/model/packed_weight.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "engine/model/linear.h"

namespace evotoken::model {
namespace {

#define SKIP_WITHOUT_MKL(x) \
  if (!PackedWeight::pays(x)) GTEST_SKIP() << "this LibTorch has no packed GEMM of MKL"

TEST(PackedWeight, ProductIsThatOfTheWeight) {
  const c10::InferenceMode inference;
  at::manual_seed(1);
  for (const std::int64_t rows : {1, 7, 32, 128}) {
    for (const std::int64_t out : {5, 1024, 1030, 2500}) {
      const at::Tensor x = at::randn({rows, 96});
      SKIP_WITHOUT_MKL(x);
      const at::Tensor weight = at::randn({out, 96});
      PackedWeight packed;
      const at::Tensor expected = at::mm(x.to(at::kDouble), weight.to(at::kDouble).t());
      for (int again = 0; again < 2; ++again) {  // made, then used
        EXPECT_TRUE(at::allclose(packed.multiply(weight, x).to(at::kDouble), expected, 1e-4, 1e-4))
            << rows << " rows, " << out << " columns";
      }
    }
  }
}

TEST(PackedWeight, PanelsMadeByManyThreadsAreThoseOfOne) {
  const c10::InferenceMode inference;
  at::manual_seed(2);
  const at::Tensor x = at::randn({32, 64});
  SKIP_WITHOUT_MKL(x);
  const Linear layer{at::randn({4 * PackedWeight::kPanelRows + 17, 64})};
  const at::Tensor expected = Linear{layer.weight}(x);
  std::vector<at::Tensor> panels(5);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < 2 * panels.size(); ++t) {  // two for each panel
    threads.emplace_back([&, t] {
      const c10::InferenceMode of_this_thread;
      const auto first = static_cast<std::int64_t>(t / 2) * PackedWeight::kPanelRows;
      at::Tensor y =
          at::empty({32, std::min(PackedWeight::kPanelRows, layer.weight.size(0) - first)});
      layer.multiply_panel(x, first, y);
      if (t % 2 == 0) panels[t / 2] = y;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(at::allclose(at::cat(panels, 1), expected, 1e-4, 1e-5));
}

TEST(PackedWeight, LeavesTrainingAndWideProductsToLibTorch) {
  EXPECT_FALSE(PackedWeight::pays(at::ones({32, 8}))) << "gradients may be wanted";
  const c10::InferenceMode inference;
  EXPECT_FALSE(PackedWeight::pays(at::ones({456, 8}))) << "nothing to gain";
  EXPECT_FALSE(PackedWeight::pays(at::ones({32, 8}, at::kBFloat16))) << "no such function";
  EXPECT_FALSE(PackedWeight::pays(at::ones({8, 32}).t())) << "not contiguous";
}

}  // namespace
}  // namespace evotoken::model
